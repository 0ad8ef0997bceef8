"""What a way to a loss costs, in evaluations: gradients, and products with the Hessian."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from trainlab.claims.claim import Arms, Ask, Curve, Found
from trainlab.claims.probes.populations import follow, reached, scored
from trainlab.comparison.statistics.interval import Array
from trainlab.comparison.tuning import TUNING_SEED
from trainlab.engine.training import Training

__all__ = ["Evaluations", "Way", "asked"]

LEAST, DRAWN = 1e-12, 41


@dataclass(frozen=True, kw_only=True)
class Evaluations:
    """Counts the evaluations of each `arm` until its training loss is at a level.

    Twice all of them where it never is. The figure has the loss over the evaluations.
    """

    level: float
    tuned: Arms
    """The arms that get the best of `rates`, found on another seed."""
    rates: Sequence[float]
    untuned: Arms

    def __call__(self, ask: Ask) -> Found:
        """Train every arm, and tell which rates were best."""
        ways, notes = dict[str, Way](), list[str]()
        for one, (arm, said) in ask.over({**self.tuned, **self.untuned}.items()):
            own = list(said)
            if arm in self.tuned:
                best = self._best_rate(one, said)
                own.append(f"optimizer.lr={best}")
                notes.append(f"{arm}: best rate {best:g}")
            ways[arm] = Way.of(one, *own)
        return Found(
            values={arm: way.until(self.level) for arm, way in ways.items()},
            curves={arm: way.drawn() for arm, way in ways.items()},
            notes=tuple(notes),
        )

    def _best_rate(self, ask: Ask, said: Sequence[str]) -> float:
        """Choose the rate of the fewest evaluations, a geometric mean over other seeds."""
        other = [*said, f"seed={ask.recipe.seed + TUNING_SEED}"]
        rates = self.rates[:1] if ask.quick else self.rates
        ways = [Way.of(one, *other, f"optimizer.lr={rate}") for one, rate in ask.over(rates)]
        return rates[int(np.argmin([np.log(way.until(self.level)).mean() for way in ways]))]


@dataclass(frozen=True)
class Way:
    """A training, look by look: what was asked for so far, and the training loss, [P, K] each."""

    cost: Array
    loss: Array

    @classmethod
    def of(cls, ask: Ask, *changes: str) -> Way:
        """Train, and look at both."""
        found = follow(ask.changed(*changes), {"asked": asked, "loss": scored("train")})
        return cls(found["asked"].y, found["loss"].y)

    def until(self, level: float) -> Array:
        """Give the evaluations until the loss is at the level; twice all of them if it never is."""
        place, there = reached(self.loss, level)
        found: Array = np.maximum(self.cost[np.arange(len(place)), place], 1)
        return np.where(there, found, 2 * found)

    def drawn(self) -> Curve:
        """Give the loss over evaluations, at places that all pairs share."""
        x = np.geomspace(1, max(2.0, float(self.cost[:, -1].min())), DRAWN)
        logs = np.log(self.loss.clip(LEAST))
        rows = [np.interp(x, cost, log) for cost, log in zip(self.cost, logs, strict=True)]
        return Curve(x, np.exp(np.stack(rows)))


def asked(training: Training) -> Tensor:
    """Give the losses with gradients, and products with the Hessian, asked for so far: [P]."""
    population = training.population
    count = population.slots.get("evaluations")
    return torch.full((population.p,), float(training.t)) if count is None else count[:, 0]
