"""Toys in the plane: balanced classes, and the geometry of their names."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from trainlab.data.sources import SOURCES


def clean(name: str, **options: float) -> tuple[Tensor, Tensor]:
    raw = SOURCES[name].load(examples=400, noise=0.0, **options)
    assert isinstance(raw.x, Tensor) and raw.y is not None
    return raw.x, raw.y


@pytest.mark.parametrize(("name", "kinds"), [("moons", 2), ("circles", 2), ("spirals", 3)])
def test_classes_are_balanced(name: str, kinds: int) -> None:
    _, y = clean(name)
    counts = y.bincount()
    assert len(counts) == kinds and int(counts.max() - counts.min()) <= 1


def test_circles_have_their_radii() -> None:
    x, y = clean("circles", inner=0.3)
    radius = torch.hypot(*x.unbind(1))
    torch.testing.assert_close(radius, torch.where(y == 1, 0.3, 1.0).double())


def test_moons_are_half_circles_shifted_by_one_and_a_half() -> None:
    x, y = clean("moons")
    upper, lower = x[y == 0], x[y == 1]
    torch.testing.assert_close(torch.hypot(*upper.unbind(1)), torch.ones(200).double())
    shifted = lower - torch.tensor([1.0, 0.5])
    torch.testing.assert_close(torch.hypot(*shifted.unbind(1)), torch.ones(200).double())
    assert upper[:, 1].min() >= 0 and lower[:, 1].max() <= 0.5


def test_arms_of_a_spiral_are_turned_copies() -> None:
    x, y = clean("spirals", turns=0.5)
    radius, angle = torch.hypot(*x.unbind(1)), torch.atan2(x[:, 1], x[:, 0])
    start = 2 * math.pi * (0.5 * (radius - 0.1) / 0.9 + y / 3)
    torch.testing.assert_close(torch.cos(angle - start), torch.ones(400).double())


def test_noise_has_its_deviation() -> None:
    raw = SOURCES["blobs"].load(examples=4000, noise=0.3, classes=2)
    assert isinstance(raw.x, Tensor)
    assert float(raw.x[::2].std(0).mean()) == pytest.approx(0.3, rel=0.05)
