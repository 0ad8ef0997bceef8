"""A row of the table of augmentations, and how its numbers reach each member.

A row's function is `f(x, key, *, options)`: x [P, B, ...], which it may write into, and key int64
[P, B]. It gives changed examples, or else how pictures move by whole pixels: neighbours are then
made as one. Any numeric option may be a tensor [P], one value per member. At 0 each is the exact
identity. What an example becomes depends on its own key and its member's values alone, so that it
is the same in a population as alone, and beside other examples as without them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Annotated, Any

import torch
from annotated_types import Ge, Le
from numpy.typing import NDArray
from torch import Tensor

from trainlab import seeds
from trainlab.data.task import LayoutName
from trainlab.tables import Card

__all__ = [
    "AugmentRow",
    "NonNegative",
    "Share",
    "blanked",
    "chosen",
    "dial",
    "draws",
    "examples",
    "large",
    "line",
    "within",
]

Share = Annotated[float, Ge(0), Le(1)]
NonNegative = Annotated[float, Ge(0)]

LARGE = 1 << 13
"""Values of an example that is large."""

Stretch = tuple[Tensor, Tensor]
"""Where a side of a box begins and how long it is, each [P, B, 1, ...]."""


@dataclass(frozen=True)
class AugmentRow:
    """A row of AUGMENT."""

    apply: Callable[..., Any]
    layouts: tuple[LayoutName, ...]
    """What it can be applied to."""
    card: Card
    moves: bool = False
    """Whether it gives a Move, and not changed examples."""


def blanked(x: Tensor, where: Tensor, down: Stretch, right: Stretch) -> Tensor:
    """Set a box of some pictures to 0."""
    if not large(x):
        rows, columns = (within(x, axis, *side) for axis, side in ((-2, down), (-1, right)))
        return x.addcmul_(x, where * rows.to(x.dtype) * columns, value=-1)
    edges = (down[0], down[0] + down[1], right[0], right[0] + right[1])
    boxes = zip(*(edge.clamp_min(0).flatten().int().tolist() for edge in edges), strict=True)
    for picture, blank, box in zip(examples(x), where.flatten().tolist(), boxes, strict=True):
        if blank:
            picture[:, box[0] : box[1], box[2] : box[3]] = 0
    return x


def chosen(where: Tensor, x: Tensor, other: Tensor) -> Tensor:
    """Take whole examples from x or else from `other`, to the bit, if all is finite; into x.

    As torch.where, which takes four times as long where the condition is broadcast.
    """
    if not large(x):
        return x.lerp_(other, (~where).to(x.dtype))
    for to, of, own in zip(examples(x), examples(other), where.flatten().tolist(), strict=True):
        if not own:
            to[...] = of
    return x


def dial(value: float | Tensor, x: Tensor) -> Tensor:
    """Give a number, or one per member [P], the shape that broadcasts over x [P, B, ...].

    One per example has that shape already, [P, B, 1, ...].
    """
    numbers = torch.as_tensor(value, dtype=x.dtype, device=x.device)
    return numbers.reshape(-1, *(1 for _ in x.shape[1:])) if numbers.dim() == 1 else numbers


def draws(key: Tensor, count: int, x: Tensor) -> tuple[Tensor, ...]:
    """Draw numbers in [0, 1) for each example: `count` of [P, B, 1, ...], broadcasting over x."""
    drawn = seeds.uniform(key, (count,), x.dtype)
    return drawn.reshape(*drawn.shape, *(1 for _ in x.shape[2:])).unbind(2)


def examples(x: Tensor) -> Iterator[NDArray[Any]]:
    """Give views of all examples: NumPy copies them one by one in half of the time torch takes."""
    return chain.from_iterable(x.detach().numpy())


def large(x: Tensor, least: int | None = None) -> bool:
    """Say whether examples are copied one by one faster than their places are looked up."""
    return x.device.type == "cpu" and math.prod(x.shape[2:]) >= (least or LARGE)


def line(x: Tensor, axis: int) -> Tensor:
    """Give the numbers of the places along an axis, in a shape that broadcasts over x."""
    shape = [1] * x.dim()
    shape[axis] = x.shape[axis]
    return torch.arange(x.shape[axis], device=x.device).reshape(shape)


def within(x: Tensor, axis: int, start: Tensor, length: Tensor) -> Tensor:
    """Say which places along an axis lie in a stretch of each example, bool."""
    places = line(x, axis)
    return (places >= start) & (places < start + length)
