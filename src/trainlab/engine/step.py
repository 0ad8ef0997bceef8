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

__all__ = ["Stepped", "Update", "held"]


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
        loss, raw = forward.gradient(*batch, h["label_smoothing"])
        finite = _finite(loss, raw)
        g, h = held(raw, h, finite, active)
        g = self.prepare(population.theta, g, h)
        apply(self.rule, population.theta, g, population.slots, h)
        return Stepped(loss, raw, finite)

    def prepare(self, theta: Tensor, g: Tensor, h: Mapping[str, Column]) -> Tensor:
        """Do what stands around the rule: clip the gradient, decay the weights in place."""
        if "weight_decay" in h and not self.decoupled:
            g = around.decay_coupled(g, theta, self.decayed * h["weight_decay"])
        if "clip_norm" in h:
            g = around.clip_by_norm(g, h["clip_norm"])
        if "clip_value" in h:
            g = around.clip_by_value(g, h["clip_value"])
        if "weight_decay" in h and self.decoupled:
            theta.addcmul_(theta, self.decayed * h["lr"] * h["weight_decay"], value=-1)
        return g


def _finite(loss: Tensor, g: Tensor) -> Tensor | None:
    """Look for what is not finite: in one sum where a look is cheap, row by row elsewhere."""
    if g.device.type == "cpu" and math.isfinite(float(loss.sum() + g.sum())):
        return None
    return torch.isfinite(loss + g.sum(dim=1))


def held(
    g: Tensor, h: Mapping[str, Column], finite: Tensor | None, active: Tensor | None
) -> tuple[Tensor, Mapping[str, Column]]:
    """Hold still the rows that must not move: no gradient, no rate. Free where all move."""
    if finite is None and active is None:
        return g, h
    moving = [rows for rows in (finite, active) if rows is not None]
    rows = torch.stack(moving).all(dim=0).unsqueeze(1)
    rate = torch.as_tensor(h["lr"], dtype=g.dtype, device=g.device)
    return torch.where(rows, g, 0), {**h, "lr": torch.where(rows, rate, 0)}
