"""A ball that rolls on the steps of another rule: momentum after the preconditioner, not before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from trainlab.averages import Value
from trainlab.rules.algebra import Rule, hyper_of
from trainlab.tables import Card

__all__ = ["Rolled"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Rolled:
    """ball <- momentum ball + step of the other rule; go ball.

    The pair with heavy_ball gathers gradients and then divides; here each is divided first.
    """

    inner: Rule
    inside: bool = False
    """Whether the ball gathers steps that hold the rate, so that a new rate acts by and by."""
    hyper: Mapping[str, float]
    card: Card
    elementwise: bool = True

    def init(self, theta: Tensor) -> dict[str, Tensor]:
        """Give the other rule's slots and a ball at rest."""
        return self.inner.init(theta) | {"ball": torch.zeros_like(theta)}

    def step(
        self, g: Tensor, slots: Mapping[str, Tensor], h: Mapping[str, Value]
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """Give the ball, times lr where it does not hold the rate, and the slots after it."""
        named = hyper_of(self.hyper, h, g)
        step, after = self.inner.step(g, slots, {**h, "lr": named.lr if self.inside else 1.0})
        after["ball"] = named.momentum * slots["ball"] + step
        return after["ball"] if self.inside else named.lr * after["ball"], after
