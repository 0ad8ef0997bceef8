"""An average of the members' weights beside theta, which takes theta's place to be evaluated."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from torch import Tensor

from trainlab.engine.dials import Dial
from trainlab.engine.feed import Feed
from trainlab.engine.forward import Objective, Rows
from trainlab.engine.population import Population
from trainlab.nn.calibration import recalibrate, tracking

__all__ = ["Average"]

MEASURED = 64
"""Batches, at most, over which running statistics are measured afresh."""


@dataclass
class Average:
    """The average and how it follows theta."""

    shares: Dial
    """The share of the way to theta that the average goes after each step."""
    theta: Tensor
    """[P, N]"""

    def follow(self, theta: Tensor, step: int) -> None:
        """Take in what the update after `step` updates gave."""
        share = self.shares.at(step)
        if isinstance(share, Tensor) or share != 0:
            self.theta.lerp_(theta, share)

    def keep(self, rows: Tensor) -> None:
        """Keep the members in these rows."""
        self.theta = self.theta[rows]
        self.shares = self.shares.of(rows.tolist())

    @contextmanager
    def worn(self, population: Population, feed: Feed, objective: Objective) -> Iterator[None]:
        """Let members be their averages, running statistics measured afresh; then as before."""
        theta = population.theta.clone()
        buffers = {name: buffer.clone() for name, buffer in population.buffers.items()}
        population.theta.copy_(self.theta)
        try:
            if tracking(population.module):
                _measure(population, feed, objective)
            yield
        finally:
            population.theta.copy_(theta)
            for name, buffer in buffers.items():
                population.buffers[name].copy_(buffer)


def _measure(population: Population, feed: Feed, objective: Objective) -> None:
    """Measure each member's running statistics over its own training batches, in place."""
    for row in range(population.p):
        one = replace(
            population,
            members=population.members[row : row + 1],
            theta=population.theta[row : row + 1],
            buffers={name: b[row : row + 1] for name, b in population.buffers.items()},
        )
        (module,) = Rows(one, objective).modules
        own = feed.alone(row)
        recalibrate(module, (own.at(t)[0][0] for t in range(min(MEASURED, own.batches.per_epoch))))
        own.close()
