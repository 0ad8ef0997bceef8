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
from trainlab.rules import Rule, apply, around

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
    decayed: Tensor
    """1 where weight decay applies, [1, N]: matrices and filters, not norm gains and biases."""
    decoupled: bool
    """Whether decay stands beside the rule (AdamW) or is part of the gradient (L2)."""

    def __call__(
        self,
        population: Population,
        forward: Forward,
        batch: tuple[Tensor, Tensor],
        h: Mapping[str, Column],
        active: Tensor | None = None,
    ) -> Stepped:
        """Take one step in place; rows that are not active, bool [P], or not finite stay.

        g <- clip(grad L(theta) + wd theta);  theta <- (1 - lr wd) theta;  theta <- theta - rule(g)
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

    def prepare(self, theta: Tensor, g: Tensor, h: Mapping[str, Column]) -> Tensor:
        """Do what stands around the rule: clip the gradient, decay the weights in place."""
        if "weight_decay" in h and not self.decoupled:
            g = around.decay_coupled(g, theta, self.decayed * h["weight_decay"])
        if "clip_norm" in h:
            g = around.clip_by_norm(g, h["clip_norm"])
        if "clip_value" in h:
            g = around.clip_by_value(g, h["clip_value"])
        if "weight_decay" in h and self.decoupled:
            _shrink(theta, self.decayed, h["lr"] * h["weight_decay"])
        return g


def _shrink(theta: Tensor, decayed: Tensor, rate: Column) -> None:
    """Decay in place: theta <- theta - rate * mask * theta, in one pass where rate is a number."""
    if isinstance(rate, Tensor):
        theta.addcmul_(theta, decayed * rate, value=-1)
    else:
        theta.addcmul_(theta, decayed, value=-rate)


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
