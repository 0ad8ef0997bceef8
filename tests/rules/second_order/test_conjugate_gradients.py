from __future__ import annotations

import torch
from torch import Tensor

from trainlab.rules.second_order.conjugate_gradients import conjugate_gradients
from trainlab.rules.second_order.landscape import Product

N = 6


def normal(*shape: int, seed: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def hessians(*shifts: float) -> Tensor:
    root = normal(len(shifts), N, N, seed=3)
    shift = torch.tensor(shifts, dtype=torch.float64).view(-1, 1, 1)
    return root @ root.mT + shift * torch.eye(N, dtype=torch.float64)


def times(h: Tensor) -> Product:
    return lambda v: (h * v.unsqueeze(1)).sum(dim=2)


def solve(h: Tensor, g: Tensor, enough: float | Tensor, most: float = 50) -> tuple[Tensor, Tensor]:
    everyone = torch.ones(len(g), 1, dtype=torch.bool)
    limit = torch.zeros(len(g), 1, dtype=torch.float64) + enough
    return conjugate_gradients(g, times(h), limit, most, everyone)


def test_it_solves_for_the_dense_newton_step() -> None:
    h, g = hessians(1.0, 2.0, 10.0), normal(3, N, seed=4)
    z, asked = solve(h, g, 1e-13)
    torch.testing.assert_close(z, -torch.linalg.solve(h, g), rtol=1e-10, atol=1e-12)
    assert (asked >= N).all()


def test_each_member_stops_where_it_has_enough() -> None:
    h, g = hessians(1.0, 2.0, 10.0), normal(3, N, seed=4)
    enough = torch.tensor([[3.0], [0.3], [1e-13]], dtype=torch.float64)
    together, asked = solve(h, g, enough)
    rest = (times(h)(together) + g).norm(dim=1, keepdim=True)
    assert (rest < enough).all()
    assert asked[0] < asked[1] < asked[2]
    for row in range(3):
        one = slice(row, row + 1)
        alone, count = solve(h[one], g[one], enough[one])
        assert torch.equal(together[one], alone)
        assert torch.equal(asked[one], count)


def test_at_a_direction_of_negative_curvature_it_keeps_what_it_has() -> None:
    h = torch.diag_embed(torch.tensor([[-1.0] * N, [1.0, *[-0.1] * (N - 1)]], dtype=torch.float64))
    g = torch.ones(2, N, dtype=torch.float64)
    g[1] = torch.tensor([1.0, 0.2, 0.1, 0.1, 0.1, 0.1])
    z, asked = solve(h, g, 1e-10)
    assert torch.equal(z[0], -g[0]), "at once: straight down"
    assert asked.tolist() == [[1], [2]]
    assert not torch.equal(z[1], -g[1])
    assert ((z * g).sum(dim=1) < 0).all(), "it goes down in any case"


def test_it_asks_for_no_more_products_than_it_may() -> None:
    h, g = hessians(1.0, 1.0), normal(2, N, seed=4)
    most = torch.tensor([[2.0], [4.0]])
    _, asked = solve(h, g, 1e-13, most)  # type: ignore[arg-type]
    assert asked.tolist() == [[2], [4]]


def test_who_does_not_solve_gets_nothing() -> None:
    h, g = hessians(1.0, 1.0), normal(2, N, seed=4)
    z, asked = conjugate_gradients(
        g,
        times(h),
        torch.full((2, 1), 1e-10),
        50,
        torch.tensor([[True], [False]]),
    )
    assert not z[1].any()
    assert asked[1] == 0
