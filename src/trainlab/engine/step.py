"""One update of every member, in the order of the textbook."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from trainlab.engine.dials import Column
from trainlab.engine.forward import Forward
from trainlab.engine.population import Population
from trainlab.layout import Layout
from trainlab.rules import Rule, apply
from trainlab.rules.around import AroundRow, Setting

__all__ = ["Stepped", "Update"]


@dataclass(frozen=True)
class Stepped:
    """What one update of all members tells."""

    loss: Tensor
    """Mean loss of each member's batch before the update, [P]."""
    gradient: Tensor
    """As it came from the loss, [P, N]."""
    finite: Tensor | None
    """Whether loss and gradient were finite, bool [P]: a row where they were not has not moved.
    None where all are known to be."""


@dataclass
class Update:
    """The update rule and what stands around it."""

    rule: Rule
    layout: Layout
    decayed: Tensor
    """1 where penalties on weights apply, [1, N]: matrices and filters, not norm gains, biases."""
    around: tuple[AroundRow, ...] = ()
    """What some member uses, in order."""

    def __post_init__(self) -> None:
        self.to_gradient = [row.law for row in self.around if row.on == "gradient"]
        self.before = [row.law for row in self.around if row.on == "weights before"]
        self.after = [row.law for row in self.around if row.on == "weights after"]

    def __call__(
        self,
        population: Population,
        forward: Forward,
        batch: tuple[Tensor, Tensor],
        h: Mapping[str, Column],
        active: Tensor | None = None,
    ) -> Stepped:
        """Take one step in place; rows that are not active, bool [P], or not finite stay.

        g <- around(grad L(theta));  theta <- decay(theta) - rule(g), then within its limits
        """
        theta = population.theta
        loss, raw = forward.gradient(*batch, h["label_smoothing"])
        finite = _finite(loss, raw)
        still = _still(finite, active)
        if still is None:
            self._move(population, raw, h)
        else:
            before = theta[still]
            self._move(population, raw.index_fill(0, still, 0), h)
            theta[still] = before
        return Stepped(loss, raw, finite)

    def _move(self, population: Population, g: Tensor, h: Mapping[str, Column]) -> None:
        theta = population.theta
        apply(self.rule, theta, self.prepare(theta, g, h), population.slots, h)
        self.settle(theta, h)

    def prepare(self, theta: Tensor, g: Tensor, h: Mapping[str, Column]) -> Tensor:
        """Do what stands before the rule: change the gradient, decay the weights in place."""
        if self.around:
            setting = Setting(theta, self.layout, self.decayed, h)
            for law in self.to_gradient:
                g = law(g, setting)
            for law in self.before:
                law(theta, setting)
        return g

    def settle(self, theta: Tensor, h: Mapping[str, Column]) -> None:
        """Do what stands after the rule: bring the weights within their limits, in place."""
        if self.after:
            setting = Setting(theta, self.layout, self.decayed, h)
            for law in self.after:
                law(theta, setting)


def _finite(loss: Tensor, g: Tensor) -> Tensor | None:
    """Look for what is not finite, in one sum; row by row, bool [P], only where there is some."""
    if math.isfinite(loss.sum().item() + g.sum().item()):
        return None
    return torch.isfinite(loss + g.sum(dim=1))


def _still(finite: Tensor | None, active: Tensor | None) -> Tensor | None:
    """Give the rows that must not move, int64 [k]; None where all may."""
    moving = [rows for rows in (finite, active) if rows is not None]
    if not moving:
        return None
    rows = (~torch.stack(moving).all(dim=0)).nonzero().flatten()
    return rows if len(rows) else None
