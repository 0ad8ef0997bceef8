"""One update of every member, in the order of the textbook."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from trainlab.engine.dials import Column
from trainlab.engine.forward import Forward
from trainlab.engine.population import Population
from trainlab.layout import Layout
from trainlab.rules import Rule, apply
from trainlab.rules.around import AroundRow, Setting

__all__ = ["At", "Batch", "Stepped", "Update", "mean"]

Batch = tuple[Tensor, Tensor]
At = Callable[[Tensor], tuple[Tensor, Tensor]]
"""Gives loss [P] and gradient [P, N] at weights [P, N]."""


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
        self.to_place = [row.law for row in self.around if row.on == "place"]
        self.to_second = [row.law for row in self.around if row.on == "second place"]
        self.to_gradient = [row.law for row in self.around if row.on == "gradient"]
        self.before = [row.law for row in self.around if row.on == "weights before"]
        self.after = [row.law for row in self.around if row.on == "weights after"]

    def __call__(
        self,
        population: Population,
        forward: Forward,
        batches: Iterable[Batch],
        h: Mapping[str, Column],
        active: Tensor | None = None,
    ) -> Stepped:
        """Take one step in place; rows that are not active, bool [P], or not finite stay.

        g <- around(grad L(theta));  theta <- decay(theta) - rule(g), then within its limits

        L is the mean loss of the batches, which are asked for one after the other.
        """
        theta = population.theta
        loss, raw = mean(self._gradient(population, forward, batch, h) for batch in batches)
        finite = _finite(loss, raw)
        still = _still(finite, active)
        if still is None:
            self._move(population, raw, h)
        else:
            before = theta[still]
            self._move(population, raw.index_fill(0, still, 0), h)
            theta[still] = before
        return Stepped(loss, raw, finite)

    def _gradient(
        self, population: Population, forward: Forward, batch: Batch, h: Mapping[str, Column]
    ) -> tuple[Tensor, Tensor]:
        """Give loss and gradient of one batch, at theta or where the members want them."""
        if not (self.to_place or self.to_second):
            return forward.gradient(*batch, h["label_smoothing"])
        theta, home = population.theta, population.theta.clone()
        buffers = population.moving if self.to_second else {}
        start = {name: buffer.clone() for name, buffer in buffers.items()}

        def at(place: Tensor) -> tuple[Tensor, Tensor]:
            theta.copy_(place)  # what the modules see are views of it
            return forward.gradient(*batch, h["label_smoothing"])

        def again(place: Tensor) -> tuple[Tensor, Tensor]:
            moved = {name: buffer.clone() for name, buffer in buffers.items()}
            _put(buffers, start)
            told = at(place)
            _put(buffers, moved)
            return told

        try:
            return self.differentiate(home, at, again, h)
        finally:
            theta.copy_(home)

    def differentiate(
        self, theta: Tensor, at: At, again: At, h: Mapping[str, Column]
    ) -> tuple[Tensor, Tensor]:
        """Give the loss at the first place and the gradient of the last; theta does not move.

        `again` is `at` with nothing else moved: running statistics follow the first place only.
        """
        setting = Setting(theta, self.layout, self.decayed, h)
        place = theta
        for law in self.to_place:
            place = law(place, setting)
        loss, g = at(place)
        for law in self.to_second:
            _, g = again(law(place, replace(setting, g=g)))
        return loss, g

    def _move(self, population: Population, g: Tensor, h: Mapping[str, Column]) -> None:
        theta = population.theta
        apply(self.rule, theta, self.prepare(theta, g, h), population.slots, h)
        self.settle(theta, population.kept, h)

    def prepare(self, theta: Tensor, g: Tensor, h: Mapping[str, Column]) -> Tensor:
        """Do what stands before the rule: change the gradient, decay the weights in place."""
        if self.around:
            setting = Setting(theta, self.layout, self.decayed, h)
            for law in self.to_gradient:
                g = law(g, setting)
            for law in self.before:
                law(theta, setting)
        return g

    def settle(self, theta: Tensor, kept: Mapping[str, Tensor], h: Mapping[str, Column]) -> None:
        """Do what stands after the rule: bring the weights within their limits, in place."""
        if self.after:
            setting = Setting(theta, self.layout, self.decayed, h, kept)
            for law in self.after:
                law(theta, setting)


def mean(told: Iterable[tuple[Tensor, Tensor]]) -> tuple[Tensor, Tensor]:
    """Average losses and gradients, holding two of each at a time."""
    each = iter(told)
    loss, g = next(each)
    n = 1
    for another_loss, another_g in each:
        loss, g, n = loss + another_loss, g.add_(another_g), n + 1
    return (loss, g) if n == 1 else (loss / n, g.div_(n))


def _put(buffers: Mapping[str, Tensor], values: Mapping[str, Tensor]) -> None:
    for name, buffer in buffers.items():
        buffer.copy_(values[name])


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
