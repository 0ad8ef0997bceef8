from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from trainlab.engine.still import StillLoss
from trainlab.errors import InputError
from trainlab.lens.curvature import hessian
from trainlab.lens.eigenvalues import Pair, eigenvalues
from trainlab.losses import LOSSES


def normal(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def turned(values: list[float], n: int) -> Tensor:
    """Give a symmetric matrix with these eigenvalues and n - k small ones."""
    basis = torch.linalg.qr(normal(n, n)).Q
    spectrum = torch.cat([torch.tensor(values).double(), 0.1 * normal(n - len(values)).tanh()])
    return basis @ torch.diag(spectrum) @ basis.T


def values_of(pairs: tuple[Pair, ...]) -> list[float]:
    return [pair.value for pair in pairs]


@pytest.mark.parametrize("seed", range(5))
def test_both_ends_are_those_of_the_dense_matrix(seed: int) -> None:
    h = turned([9.0, 4.0, -2.0, -1.0], 80)
    found = eigenvalues(lambda v: v @ h, h[0], 2, tolerance=1e-6, seed=seed)
    exact = torch.linalg.eigvalsh(h)
    assert found.reached
    assert found.products < 40
    assert values_of(found.highest) == pytest.approx(exact[-2:].flip(0).tolist(), abs=1e-9)
    assert values_of(found.lowest) == pytest.approx(exact[:2].tolist(), abs=1e-9)


def test_a_residual_bounds_the_distance_to_an_eigenvalue() -> None:
    h = normal(60, 60)
    h = (h + h.T) / 2
    exact = torch.linalg.eigvalsh(h)
    for most in (2, 5, 12):
        found = eigenvalues(lambda v: v @ h, h[0], tolerance=1e-9, most=most)
        assert (found.products, found.reached) == (most, False)
        for pair in found.highest + found.lowest:
            assert pair.vector.norm().item() == pytest.approx(1.0)
            told = (pair.vector @ h - pair.value * pair.vector).norm().item()
            assert pair.residual == pytest.approx(told, rel=1e-9)
            assert (exact - pair.value).abs().min().item() <= pair.residual


def test_an_eigenvalue_that_the_start_hardly_sees_is_waited_for() -> None:
    """The first look finds 2 and a small residual; 5 belongs to a vector all but across it."""
    seen: list[Tensor] = []
    eigenvalues(lambda v: seen.append(v) or v, normal(60))  # type: ignore[func-returns-value]
    start = seen[0][0] / seen[0].norm()
    hidden, *others = torch.linalg.qr(torch.cat([seen[0], normal(59, 60)]).T).Q.T[1:]
    hidden = hidden + 1e-9 * start
    rest = torch.linalg.qr(normal(59, 59)).Q @ torch.stack([start, *others])
    values = torch.cat([torch.tensor([2.0]), torch.linspace(-0.1, 0.1, 58)]).double()
    h = 5 * torch.outer(hidden, hidden) + rest.T @ torch.diag(values) @ rest
    found = eigenvalues(lambda v: v @ h, h[0], tolerance=0.05)
    assert values_of(found.highest) == pytest.approx([torch.linalg.eigvalsh(h)[-1].item()])


def test_vectors_are_orthogonal() -> None:
    h = turned([9.0, 4.0, -2.0], 50)
    found = eigenvalues(lambda v: v @ h, h[0], 2)
    vectors = torch.stack([pair.vector for pair in found.highest + found.lowest])
    torch.testing.assert_close(vectors @ vectors.T, torch.eye(4).double(), rtol=0.0, atol=1e-10)


@pytest.mark.parametrize("values", [[3.0] * 6, [0.0] * 6, [2.0, 2.0, 2.0, -1.0, -1.0, 0.0]])
def test_equal_eigenvalues_are_all_found(values: list[float]) -> None:
    h = turned(values, 6)
    found = eigenvalues(lambda v: v @ h, h[0], 2)
    assert values_of(found.highest) == pytest.approx(sorted(values)[:-3:-1], abs=1e-12)
    assert values_of(found.lowest) == pytest.approx(sorted(values)[:2], abs=1e-12)
    assert found.reached


def test_one_weight_is_a_network_too() -> None:
    found = eigenvalues(lambda v: 3 * v, torch.zeros(1))
    assert values_of(found.highest + found.lowest) == [3.0, 3.0]


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_the_sharpest_ways_of_a_network(dtype: torch.dtype) -> None:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        module = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 3)).to(dtype)
    x, y = normal(30, 4).to(dtype), torch.arange(30) % 3
    loss = StillLoss(module, x, y, LOSSES["cross_entropy"].mean)
    exact = torch.linalg.eigvalsh(hessian(loss)(torch.eye(len(loss.theta), dtype=dtype)))
    found = eigenvalues(hessian(loss), loss.theta, 2)
    assert found.reached
    assert found.highest[0].vector.dtype == dtype
    assert values_of(found.highest) == pytest.approx(exact[-2:].flip(0).tolist(), rel=1e-4)
    assert values_of(found.lowest) == pytest.approx(exact[:2].tolist(), rel=1e-3)
    assert exact[0] < 0, "a saddle is seen"


@pytest.mark.parametrize("wrong", [{"count": 0}, {"count": 9}, {"tolerance": 0.0}])
def test_what_cannot_be_found_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="eigenvalues of each end"):
        eigenvalues(lambda v: v, torch.zeros(8), **wrong)
