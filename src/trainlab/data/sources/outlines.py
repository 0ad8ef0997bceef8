"""Signed distances to the outlines of simple shapes: negative inside; y points up.

The formulas are those collected by Inigo Quilez, "2D distance functions", written for tensors.
Every outline fits the circle of radius 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import cos, pi, sin, sqrt

import torch
from torch import Tensor

__all__ = ["OUTLINES"]


def circle(x: Tensor, y: Tensor) -> Tensor:
    """Measure to a disc."""
    return torch.hypot(x, y) - 0.88


def ring(x: Tensor, y: Tensor) -> Tensor:
    """Measure to a ring."""
    return (torch.hypot(x, y) - 0.68).abs() - 0.24


def square(x: Tensor, y: Tensor) -> Tensor:
    """Measure to a square."""
    return _box(x, y, 0.76, 0.76)


def cross(x: Tensor, y: Tensor) -> Tensor:
    """Measure to a plus sign."""
    return torch.minimum(_box(x, y, 0.95, 0.31), _box(x, y, 0.31, 0.95))


def triangle(x: Tensor, y: Tensor) -> Tensor:
    """Measure to an equilateral triangle."""
    k, r = sqrt(3), 0.9
    x, y = x.abs() - r, y + 0.12 + r / k
    beyond = x + k * y > 0
    x, y = torch.where(beyond, (x - k * y) / 2, x), torch.where(beyond, (-k * x - y) / 2, y)
    x = x - x.clamp(-2 * r, 0)
    return -torch.hypot(x, y) * y.sign()


def star(x: Tensor, y: Tensor) -> Tensor:
    """Measure to a star of five points."""
    kx, ky, sharpness = cos(pi / 5), -sin(pi / 5), 0.45
    x = x.abs()
    for side in (1, -1):
        reflected = 2 * (side * kx * x + ky * y).clamp_min(0)
        x, y = x - reflected * side * kx, y - reflected * ky
    x, y = x.abs(), y - 1
    bx, by = sharpness * -ky, sharpness * kx - 1
    along = ((x * bx + y * by) / (bx * bx + by * by)).clamp(0, 1)
    return torch.hypot(x - bx * along, y - by * along) * (y * bx - x * by).sign()


def heart(x: Tensor, y: Tensor) -> Tensor:
    """Measure to a heart."""
    size = 1.6
    x, y = x.abs() / size, y / size + 0.55
    lobe = torch.hypot(x - 0.25, y - 0.75) - sqrt(2) / 4
    diagonal = (x + y).clamp_min(0) / 2
    nearest = torch.minimum(torch.hypot(x, y - 1), torch.hypot(x - diagonal, y - diagonal))
    return torch.where(x + y > 1, lobe, nearest * (x - y).sign()) * size


def crescent(x: Tensor, y: Tensor) -> Tensor:
    """Measure to a crescent moon: a disc out of which another disc bites."""
    moon, bite, apart = 0.92, 0.72, 0.45
    x, y = x + 0.1, y.abs()
    tip_x = (moon**2 - bite**2 + apart**2) / (2 * apart)
    tip_y = sqrt(moon**2 - tip_x**2)
    beyond = x * tip_y - y * tip_x > apart * (tip_y - y).clamp_min(0)
    inside = torch.maximum(torch.hypot(x, y) - moon, bite - torch.hypot(x - apart, y))
    return torch.where(beyond, torch.hypot(x - tip_x, y - tip_y), inside)


def _box(x: Tensor, y: Tensor, width: float, height: float) -> Tensor:
    dx, dy = x.abs() - width, y.abs() - height
    return torch.hypot(dx.clamp_min(0), dy.clamp_min(0)) + torch.maximum(dx, dy).clamp_max(0)


OUTLINES: Mapping[str, Callable[[Tensor, Tensor], Tensor]] = {
    "circle": circle,
    "ring": ring,
    "square": square,
    "triangle": triangle,
    "star": star,
    "cross": cross,
    "heart": heart,
    "crescent": crescent,
}
