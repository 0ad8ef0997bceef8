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
    "chosen",
    "dial",
    "draws",
    "line",
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


def chosen(where: Tensor, x: Tensor, other: Tensor) -> Tensor:
    """Take whole examples from x or else from `other`, to the bit, if all is finite; into x.

    As torch.where, which takes four times as long where the condition is broadcast.
    """
    return x.lerp_(other, (~where).to(x.dtype))


def dial(value: float | Tensor, x: Tensor) -> Tensor:
    """Give a number, or one per member [P], the shape that broadcasts over x [P, B, ...].

    One per example has that shape already, [P, B, 1, ...].
    """
    numbers = torch.as_tensor(value, dtype=x.dtype, device=x.device)
    return numbers.reshape(-1, *(1 for _ in x.shape[1:])) if numbers.dim() == 1 else numbers


def draws(key: Tensor, count: int, x: Tensor) -> tuple[Tensor, ...]:
    """Draw numbers in [0, 1) for each example: `count` of [P, B, 1, ...], broadcasting over x."""
    drawn = seeds.uniform(key.to(x.device), (count, x.shape[1]), x.dtype)
    return drawn.reshape(*drawn.shape, *(1 for _ in x.shape[2:])).unbind(1)


def line(x: Tensor, axis: int) -> Tensor:
    """Give the numbers of the places along an axis, in a shape that broadcasts over x."""
    shape = [1] * x.dim()
    shape[axis] = x.shape[axis]
    return torch.arange(x.shape[axis], device=x.device).reshape(shape)


def within(x: Tensor, axis: int, start: Tensor, length: Tensor) -> Tensor:
    """Say which places along an axis lie in a stretch of each example, bool."""
    places = line(x, axis)
    return (places >= start) & (places < start + length)
