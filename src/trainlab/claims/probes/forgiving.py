"""What a network forgives: large rates, and starts that are too small or too large."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from trainlab.claims.claim import Arms, Ask, Curve, Found
from trainlab.claims.probes.grids import rates, scores_at
from trainlab.comparison.statistics.interval import Array

__all__ = ["LargestRate", "SpreadOverStarts", "largest"]

CHANCE = 10.0
"""The test accuracy of a run that diverged, in percent."""
QUICK = 2
"""Places of a grid, for a look."""


@dataclass(frozen=True, kw_only=True)
class LargestRate:
    """Finds, `arm, rate`, the largest rate of a grid at which a network still trains."""

    arms: Arms
    rates: Sequence[float]
    trains: float
    """Test accuracy from which a network counts as trained, in percent."""

    def __call__(self, ask: Ask) -> Found:
        """Train every arm at every rate, and draw accuracies over the rates."""
        grid = self.rates[: QUICK if ask.quick else None]
        scores = _accuracies(ask, self.arms, rates(grid))
        return Found(
            values={f"{arm}, rate": largest(y, grid, self.trains) for arm, y in scores.items()},
            curves={arm: Curve(np.asarray(grid), y / 100) for arm, y in scores.items()},
        )


@dataclass(frozen=True, kw_only=True)
class SpreadOverStarts:
    """Measures, `arm, spread`, the range of test accuracies over starts, each at its best rate."""

    arms: Arms
    scales: Sequence[float]
    """Of the initial weights, in terms of He's."""
    rates: Sequence[float]

    def __call__(self, ask: Ask) -> Found:
        """Train every arm from every start at every rate."""
        scales = self.scales[: QUICK if ask.quick else None]
        values = {}
        for one, (arm, said) in ask.over(self.arms.items()):
            starts = {f"start {scale}": [*said, _start(scale)] for scale in scales}
            scores = _accuracies(one, starts, rates(self.rates))
            best = [max(y.T, key=np.mean) for y in scores.values()]
            values[f"{arm}, spread"] = np.ptp(best, axis=0)
        return Found(values=values)


def _start(scale: float) -> str:
    return f"network.init={{name: he_normal, gain: {math.sqrt(2) * scale}}}"


def _accuracies(ask: Ask, arms: Arms, places: Mapping[float, Sequence[str]]) -> dict[str, Array]:
    """Give test accuracies in percent, [P, places]."""
    scores, _ = scores_at(ask, arms, places)
    return {arm: np.where(np.isfinite(y), y, CHANCE) for arm, y in scores.items()}


def largest(scores: Array, grid: Sequence[float], trains: float) -> Array:
    """Give the largest rate that trains, [P]; half the smallest where none does."""
    found = np.where(scores >= trains, np.asarray(grid), grid[0] / 2)
    return np.asarray(found.max(axis=1))
