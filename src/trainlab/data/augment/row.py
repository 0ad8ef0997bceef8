"""A row of the table of augmentations, and how its numbers reach each member.

A row's function is `f(x, key, *, options)`: x [P, B, ...], key int64 [P]. Any numeric option may
be a tensor [P], one value per member. At 0 each is the exact identity. What member p gets depends
on its own key and values alone, so it is augmented in a population as it would be alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import torch
from annotated_types import Ge, Le
from torch import Tensor

from trainlab import seeds
from trainlab.data.task import LayoutName
from trainlab.tables import Card

__all__ = [
    "AugmentRow",
    "NonNegative",
    "Share",
    "dial",
    "draw",
    "line",
    "shifted",
    "within",
]

Share = Annotated[float, Ge(0), Le(1)]
NonNegative = Annotated[float, Ge(0)]


@dataclass(frozen=True)
class AugmentRow:
    """A row of AUGMENT."""

    apply: Callable[..., Tensor]
    layouts: tuple[LayoutName, ...]
    """What it can be applied to."""
    card: Card


def dial(value: float | Tensor, x: Tensor) -> Tensor:
    """Give a number, or one per member [P], the shape that broadcasts over x [P, B, ...].

    One per example has that shape already, [P, B, 1, ...].
    """
    numbers = torch.as_tensor(value, dtype=x.dtype, device=x.device)
    return numbers.reshape(-1, *(1 for _ in x.shape[1:])) if numbers.dim() == 1 else numbers


def draw(key: Tensor, place: int, x: Tensor) -> Tensor:
    """Draw one number in [0, 1) per example: [P, B, 1, ...], broadcasting over x [P, B, ...]."""
    drawn = seeds.uniform(seeds.fold_in(key.to(x.device), place), (x.shape[1],), x.dtype)
    return drawn.reshape(*drawn.shape, *(1 for _ in x.shape[2:]))


def line(x: Tensor, axis: int) -> Tensor:
    """Give the numbers of the places along an axis, in a shape that broadcasts over x."""
    shape = [1] * x.dim()
    shape[axis] = x.shape[axis]
    return torch.arange(x.shape[axis], device=x.device).reshape(shape)


def within(x: Tensor, axis: int, start: Tensor, length: Tensor) -> Tensor:
    """Say which places along an axis lie in a stretch of each example, bool."""
    places = line(x, axis)
    return (places >= start) & (places < start + length)


def shifted(x: Tensor, shift: Tensor, axis: int) -> Tensor:
    """Shift along an axis by a whole number of places per example; 0 enters at the border."""
    last = x.shape[axis] - 1
    source = line(x, axis) + shift
    taken = torch.take_along_dim(x, source.clamp(0, last).expand_as(x), dim=axis)
    return torch.where((source >= 0) & (source <= last), taken, 0.0)
