"""What a row around a rule is: a law, what it changes, and the number of a recipe it reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as made
from math import inf
from typing import Literal

import torch
from torch import Tensor

from trainlab.averages import Value
from trainlab.layout import Layout
from trainlab.tables import Card

__all__ = ["OFF", "AroundRow", "Kind", "Setting", "Where"]

Kind = Literal["limit", "strength", "switch", "share"]
"""What a number is: a limit above 0, a strength from 0, on and off, a share above 0 and up to 1."""

OFF: Mapping[Kind, float] = {"limit": inf, "strength": 0.0, "switch": 0.0, "share": 1.0}
"""What each kind is for a member that does without."""

Where = Literal["place", "second place", "gradient", "weights before", "weights after"]
"""What a row changes, in the order of a step: the weights at which the gradient is taken; those at
which it is taken a second time, to be used instead; the gradient; the weights before or after the
rule's step, in place."""


@dataclass(frozen=True)
class Setting:
    """What a row may read besides the tensor that it changes."""

    theta: Tensor
    """[P, N]"""
    layout: Layout
    decayed: Tensor
    """1 where penalties on weights apply, [1, N]: matrices and filters, not norm gains, biases."""
    h: Mapping[str, Value]
    """Every number of the step, by name; `noise_key` int64 [P, 1] for rows that draw."""
    kept: Mapping[str, Tensor] = made(default_factory=dict)
    """What rows keep from step to step, [P, N], changed in place."""
    g: Tensor | None = None
    """The gradient at the first place, [P, N], for a second place."""

    @property
    def key(self) -> Tensor:
        """What this step's noise is drawn from, int64 [P, 1]."""
        return torch.as_tensor(self.h["noise_key"])

    @property
    def slope(self) -> Tensor:
        """The gradient at the first place."""
        return torch.zeros_like(self.theta) if self.g is None else self.g


@dataclass(frozen=True, kw_only=True, eq=False)
class AroundRow:
    """A row of the table."""

    law: Callable[[Tensor, Setting], Tensor]
    """Changes what `on` says and gives it."""
    on: Where = "gradient"
    field: str
    """The number of the optimizer section that it reads."""
    kind: Kind
    counts: Mapping[str, int] = made(default_factory=dict)
    """Whole numbers above 0 of the section that it reads too, with their defaults."""
    keeps: str = ""
    """What it keeps from step to step, if anything: a tensor that starts as theta."""
    draws: bool = False
    """Whether it reads the step's key."""
    use: str
    """How a recipe says it."""
    card: Card

    @property
    def off(self) -> float:
        """The number with which it is the identity."""
        return OFF[self.kind]
