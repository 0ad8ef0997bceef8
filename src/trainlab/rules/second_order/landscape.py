"""What a rule sees that asks for more than one gradient a step: the loss as a function of theta.

    theta, g, d, v            [P, N]
    f, t, a slope, every h    [P, 1], or a number where members agree

A step has one landscape: one batch, one key of every random layer. Rows are members; no member's
question, and no answer, touches another's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from torch import Tensor

from trainlab.averages import Value
from trainlab.tables import Card

__all__ = ["Landscape", "Place", "Product", "SearchRule", "Searched"]

Product = Callable[[Tensor], Tensor]
"""v -> H v, the Hessian of each member at one theta."""


@dataclass(frozen=True)
class Place:
    """Where each member stands, and what it found there."""

    theta: Tensor
    f: Tensor
    """Loss, [P, 1], in float64 where the device has it."""
    g: Tensor


class Landscape(Protocol):
    """The loss of every member as a function of its row."""

    def at(self, theta: Tensor, asked: Tensor) -> Place:
        """Evaluate the rows that are asked for, bool [P, 1]; of others anything may be told."""

    def curvature(self, theta: Tensor) -> Product:
        """Give the product with the Hessian at theta."""


@dataclass(frozen=True)
class Searched:
    """What a step came to."""

    theta: Tensor
    slots: dict[str, Tensor]
    evaluations: Tensor
    """Losses with gradients that each member asked for besides the first, int64 [P, 1]; a product
    with the Hessian counts as one."""


@runtime_checkable
class SearchRule(Protocol):
    """A rule that asks for the loss in other places than theta before it moves."""

    @property
    def hyper(self) -> Mapping[str, float]:
        """Every hyperparameter that the rule reads, with its default."""

    @property
    def card(self) -> Card:
        """The rule's card."""

    def init(self, theta: Tensor, h: Mapping[str, Value]) -> dict[str, Tensor]:
        """Give the slots before the first step; their size may hang on h."""

    def search(
        self,
        start: Place,
        landscape: Landscape,
        slots: Mapping[str, Tensor],
        h: Mapping[str, Value],
        moving: Tensor,
    ) -> Searched:
        """Give where members go, those that move, bool [P, 1], and the slots; change nothing."""
