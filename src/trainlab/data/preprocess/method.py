"""What a preprocessing method is: it learns from pieces of the training split, then is fixed.

A method never sees all examples at once: it reads pieces `[k, ...]` in float64, as often as it
likes, so that data which does not fit in memory is preprocessed by the same code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import torch
from torch import Tensor

from trainlab.data.task import LayoutName
from trainlab.tables import Card

__all__ = ["Features", "Learned", "Method", "Pieces", "PreprocessRow", "affine", "moments"]


@dataclass(frozen=True, kw_only=True)
class Features:
    """A piece of the data on its way through the methods."""

    x: Tensor
    """float64 [k, ...]; NaN where a value is missing."""
    layout: LayoutName
    names: tuple[str, ...] = ()
    """One name per column, for vectors that have names."""
    levels: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """For each column of categories, the words of its codes."""

    def with_x(self, x: Tensor) -> Features:
        """Give the same piece with other values of the same meaning."""
        return replace(self, x=x)

    @property
    def channel_axes(self) -> tuple[int, ...]:
        """The axes that a statistic per channel averages over."""
        return {"vector": (0,), "sequence": (0, 1), "image": (0, 2, 3)}[self.layout]

    def name(self, column: int) -> str:
        """Name a column for a message."""
        return repr(self.names[column]) if self.names else f"number {column}"


Pieces = Callable[[], Iterator[Features]]
"""Starts reading the training split again, from its first piece."""


@dataclass(frozen=True)
class Learned:
    """What a method learned: tensors, and words that JSON can hold."""

    tensors: Mapping[str, Tensor] = field(default_factory=dict)
    words: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Tensor:
        return self.tensors[name]


@dataclass(frozen=True)
class Method:
    """Three functions: learn from the training split, apply, and undo where that is possible."""

    fit: Callable[[Pieces], Learned]
    apply: Callable[[Features, Learned], Features]
    invert: Callable[[Features, Learned], Features] | None = None


@dataclass(frozen=True)
class PreprocessRow:
    """A row of PREPROCESS: `make(**options)` gives the method."""

    make: Callable[..., Method]
    card: Card


def affine(fit: Callable[[Pieces], tuple[Tensor, Tensor]]) -> Method:
    """Make the method `(x - shift) / scale` from a function that learns (shift, scale) [1, ...]."""

    def learn(pieces: Pieces) -> Learned:
        shift, scale = fit(pieces)
        return Learned({"shift": shift, "scale": scale})

    return Method(
        fit=learn,
        apply=lambda f, known: f.with_x((f.x - known["shift"]) / known["scale"]),
        invert=lambda f, known: f.with_x(f.x * known["scale"] + known["shift"]),
    )


def moments(pieces: Pieces, *, per_channel: bool = False) -> tuple[Tensor, Tensor]:
    """Give mean and standard deviation (of the population, 1/n) of each feature or channel.

    Two passes in float64. A feature that is constant to rounding gets the deviation 1, so that
    it becomes 0 and not noise.
    """
    mean, n = _mean(pieces, lambda f: f.x, per_channel)
    square, _ = _mean(pieces, lambda f: (f.x - mean).square(), per_channel)
    rounding = torch.finfo(torch.float64).eps * n
    constant = square <= rounding * square + (rounding * mean).square()
    return mean, torch.where(constant, 1.0, square.sqrt())


def _mean(
    pieces: Pieces, value: Callable[[Features], Tensor], per_channel: bool
) -> tuple[Tensor, int]:
    total, n = torch.zeros((), dtype=torch.float64), 0
    for piece in pieces():
        axes = piece.channel_axes if per_channel else (0,)
        drawn = value(piece)
        total = total + drawn.sum(dim=axes, keepdim=True)
        n += drawn.numel() // total.numel()
    return total / n, n
