"""Each surface has its stationary points, its curvatures and its rows where it says."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from trainlab.surfaces import Surface, rosenbrock, saddle, valley
from trainlab.surfaces.functions import DEPTH, GENTLE


def hessian(surface: Surface, place: list[float]) -> Tensor:
    at = torch.tensor(place, dtype=torch.float64)
    found = torch.autograd.functional.hessian(lambda row: surface(row[None]).sum(), at)
    assert isinstance(found, Tensor)
    return found


@pytest.mark.parametrize(
    ("surface", "place", "level", "curvatures"),
    [
        (saddle, [0.0, 0.0], 0.0, [-GENTLE, 1.0]),
        (saddle, [0.0, 1.0], -DEPTH, [2 * GENTLE, 1.0]),
        (saddle, [0.0, -1.0], -DEPTH, [2 * GENTLE, 1.0]),
        (valley(50.0), [0.0, 0.0], 0.0, [1.0, 50.0]),
    ],
)
def test_a_stationary_point_has_its_level_and_curvatures(
    surface: Surface, place: list[float], level: float, curvatures: list[float]
) -> None:
    at = torch.tensor([place], dtype=torch.float64, requires_grad=True)
    (g,) = torch.autograd.grad(surface(at).sum(), at)
    torch.testing.assert_close(g, torch.zeros_like(g))
    assert surface(at).item() == pytest.approx(level)
    assert torch.linalg.eigvalsh(hessian(surface, place)).tolist() == pytest.approx(curvatures)


def test_rosenbrock_is_scipys() -> None:
    from scipy.optimize import rosen

    theta = torch.randn(20, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    assert rosenbrock(theta).tolist() == pytest.approx(rosen(theta.T.numpy()).tolist())


def test_each_row_has_its_own_valley() -> None:
    steep = torch.tensor([10.0, 40.0])
    assert valley(steep)(torch.tensor([[1.0, 1.0], [2.0, 1.0]])).tolist() == [5.5, 22.0]
