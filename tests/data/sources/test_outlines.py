"""Outlines are true distances: their gradient has length 1, and inside is negative."""

from __future__ import annotations

import math

import pytest
import torch

from trainlab.data.sources.outlines import OUTLINES

AREAS = {
    "circle": math.pi * 0.88**2,
    "ring": math.pi * (0.92**2 - 0.44**2),
    "square": 4 * 0.76**2,
    "cross": 2 * (4 * 0.95 * 0.31) - 4 * 0.31**2,
    "triangle": math.sqrt(3) * 0.9**2,
}


def plane(size: int) -> tuple[torch.Tensor, torch.Tensor]:
    line = (torch.arange(size, dtype=torch.float64) + 0.5) * (2.4 / size) - 1.2
    return line.expand(size, size), line[:, None].expand(size, size)


@pytest.mark.parametrize("name", OUTLINES)
def test_the_distance_changes_by_one_per_unit_of_way(name: str) -> None:
    x, y = plane(61)
    x, y = x.clone().requires_grad_(), (y + 0.007).requires_grad_()  # off the diagonals
    distance = OUTLINES[name](x, y)
    slopes = torch.autograd.grad(distance.sum(), (x, y))
    length = torch.hypot(*slopes)
    # Outside, every outline is exact; inside, unions (the cross) may underrate it on creases.
    assert ((length - 1).abs() < 1e-6).double().mean() > 0.98


@pytest.mark.parametrize("name", OUTLINES)
def test_it_lies_in_the_unit_circle_about_its_middle(name: str) -> None:
    x, y = plane(200)
    inside = OUTLINES[name](x, y) < 0
    assert torch.hypot(x, y)[inside].max() <= 1.1
    assert abs(float(x[inside].mean())) < 0.5 and abs(float(y[inside].mean())) < 0.2


@pytest.mark.parametrize("name", AREAS)
def test_its_area_is_that_of_the_shape(name: str) -> None:
    x, y = plane(400)
    area = float((OUTLINES[name](x, y) < 0).double().mean()) * 2.4**2
    assert area == pytest.approx(AREAS[name], rel=0.01)
