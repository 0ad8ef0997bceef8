from __future__ import annotations

import pytest
import torch
from torch import Tensor

from trainlab.rules.second_order.pairs import new_pairs, recalled, remembered, two_loops

N = 5


def normal(*shape: int, seed: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def curved(p: int, seed: int) -> tuple[Tensor, Tensor]:
    """Give a step and the change of the gradient along it, on a convex quadratic."""
    root = normal(N, N, seed=99)
    s = normal(p, N, seed=seed)
    return s, s @ (root @ root.T + torch.eye(N, dtype=torch.float64))


def inverse_bfgs(pairs: list[tuple[Tensor, Tensor]]) -> Tensor:
    """Give the dense inverse Hessian: Nocedal & Wright 2006, equations 7.16 to 7.20."""
    s, y = pairs[-1]
    h = (s @ y) / (y @ y) * torch.eye(N, dtype=torch.float64)
    for s, y in pairs:
        rho = 1 / (y @ s)
        v = torch.eye(N, dtype=torch.float64) - rho * torch.outer(y, s)
        h = v.T @ h @ v + rho * torch.outer(s, s)
    return h


def filled(p: int, most: int, steps: int, history: float | Tensor = 1000) -> dict[str, Tensor]:
    pairs = new_pairs(normal(p, N, seed=0), most)
    everyone = torch.ones(p, 1, dtype=torch.bool)
    for k in range(steps):
        pairs |= remembered(pairs, *curved(p, k), history, everyone)
    return pairs


@pytest.mark.parametrize(("steps", "most"), [(1, 4), (3, 4), (6, 4)])
def test_it_multiplies_by_the_dense_inverse_of_bfgs(steps: int, most: int) -> None:
    g = normal(3, N, seed=7)
    found = two_loops(g, *recalled(filled(3, most, steps)))
    for row in range(3):
        told = [curved(3, k) for k in range(steps)][-most:]
        dense = inverse_bfgs([(s[row], y[row]) for s, y in told])
        torch.testing.assert_close(found[row], dense @ g[row], rtol=1e-12, atol=1e-12)


def test_without_pairs_it_is_the_gradient() -> None:
    g = normal(2, N, seed=1)
    assert torch.equal(two_loops(g, *recalled(new_pairs(g, 3))), g)


def test_a_member_remembers_no_more_than_its_history() -> None:
    g, history = normal(3, N, seed=7), torch.tensor([[1.0], [2.0], [5.0]])
    together = two_loops(g, *recalled(filled(3, 5, 6, history)))
    for row, own in enumerate((1, 2, 5)):
        alone = two_loops(g, *recalled(filled(3, own, 6)))
        assert torch.equal(together[row], alone[row])


def test_a_pair_is_kept_only_of_who_moved_along_positive_curvature() -> None:
    before = filled(3, 2, 2)
    s, y = curved(3, 9)
    y[1] = -y[1]
    after = remembered(before, s, y, 2, torch.tensor([[True], [True], [False]]))
    for name, held in before.items():
        assert not torch.equal(after[name][0], held[0])
        assert torch.equal(after[name][1:], held[1:])
