"""Two-dimensional toys whose decision boundary can be drawn: moons, circles, blobs, spirals."""

from __future__ import annotations

import math
from typing import Annotated

import torch
from annotated_types import Ge
from torch import Tensor

from trainlab import seeds
from trainlab.data.task import Raw

__all__ = ["blobs", "circles", "moons", "spirals"]

Examples = Annotated[int, Ge(4)]
Noise = Annotated[float, Ge(0)]


def moons(*, examples: Examples = 1000, noise: Noise = 0.15, seed: int = 0) -> Raw:
    """Draw two half circles that reach into each other."""
    share, label = _along(examples, 2, seed)
    angle, lower = share * math.pi, label == 1
    x = torch.where(lower, 1 - angle.cos(), angle.cos())
    y = torch.where(lower, 0.5 - angle.sin(), angle.sin())
    return _planar("moons", torch.stack([x, y], 1), label, noise, seed)


def circles(
    *, examples: Examples = 1000, noise: Noise = 0.08, inner: float = 0.5, seed: int = 0
) -> Raw:
    """Draw one circle inside another."""
    share, label = _along(examples, 2, seed)
    radius = torch.where(label == 1, inner, 1.0)
    return _planar("circles", _polar(radius, share * 2 * math.pi), label, noise, seed)


def spirals(
    *,
    examples: Examples = 1000,
    noise: Noise = 0.05,
    arms: Annotated[int, Ge(2)] = 3,
    turns: float = 0.75,
    seed: int = 0,
) -> Raw:
    """Draw arms that wind around each other."""
    share, label = _along(examples, arms, seed)
    angle = 2 * math.pi * (turns * share + label / arms)
    return _planar("spirals", _polar(0.1 + 0.9 * share, angle), label, noise, seed)


def blobs(
    *,
    examples: Examples = 1000,
    noise: Noise = 0.25,
    classes: Annotated[int, Ge(2)] = 4,
    seed: int = 0,
) -> Raw:
    """Draw round clouds whose centres stand on a circle."""
    _, label = _along(examples, classes, seed)
    centre = _polar(torch.ones(examples, dtype=torch.float64), label * (2 * math.pi / classes))
    return _planar("blobs", centre, label, noise, seed)


def _along(examples: int, classes: int, seed: int) -> tuple[Tensor, Tensor]:
    """Draw how far along its curve each point lies, 0 .. 1, and deal out the classes."""
    share = seeds.uniform(seeds.keys([seed], "toy")[0], (examples,), torch.float64)
    return share, torch.arange(examples) % classes


def _polar(radius: Tensor, angle: Tensor) -> Tensor:
    return torch.stack([radius * angle.cos(), radius * angle.sin()], 1)


def _planar(name: str, points: Tensor, label: Tensor, noise: float, seed: int) -> Raw:
    """Add normal noise and make the Raw."""
    key = seeds.fold_in(seeds.keys([seed], "toy")[0], 1)
    drawn = seeds.normal(key, tuple(points.shape), torch.float64)
    return Raw(
        name=name,
        kind="classification",
        layout="vector",
        x=points + noise * drawn,
        y=label,
        classes=tuple(f"{name}-{code}" for code in range(int(label.max()) + 1)),
        features=("x", "y"),
    )
