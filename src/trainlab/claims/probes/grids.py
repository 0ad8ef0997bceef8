"""A grid of comparisons: every arm at each place of an axis, such as rates or batch sizes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from trainlab.claims.claim import Arms, Ask, Curve, Found
from trainlab.claims.compared import Compare
from trainlab.comparison.design import Design
from trainlab.comparison.statistics.interval import Array

__all__ = ["AccuracyAt", "at_places", "rates", "scores_at"]

POINTS = 100


@dataclass(frozen=True, kw_only=True)
class AccuracyAt:
    """Measures, `arm at place`, the test accuracy of every arm at each place, in percent."""

    arms: Arms
    places: Mapping[float, Sequence[str]]
    """What a place of the axis changes besides: `{64: ["train.batch_size=64"]}`."""

    def __call__(self, ask: Ask) -> Found:
        """Train the whole grid, and draw accuracies over the places."""
        scores, notes = scores_at(ask, self.arms, self.places)
        x = np.asarray(list(self.places), float)
        values, curves = dict[str, Array](), dict[str, Curve]()
        for arm, found in scores.items():
            values |= at_places(arm, self.places, found)
            curves[arm] = Curve(x, found / POINTS)
        return Found(values=values, curves=curves, notes=notes)


def scores_at(
    ask: Ask,
    arms: Arms,
    places: Mapping[float, Sequence[str]],
    metric: str = "accuracy",
) -> tuple[dict[str, Array], tuple[str, ...]]:
    """Give each arm's test scores in shown units, [P, places], and what the comparison notes."""
    grid = {
        f"{arm} at {place:g}": [*said, *more]
        for arm, said in arms.items()
        for place, more in places.items()
    }
    found = Compare(arms=grid, design=Design(metric=metric))(ask)
    rows = {
        arm: np.stack([found.values[f"{arm} at {place:g}"] for place in places], axis=1)
        for arm in arms
    }
    return rows, found.notes


def rates(grid: Sequence[float]) -> dict[float, list[str]]:
    """Give the places of an axis of learning rates."""
    return {rate: [f"optimizer.lr={rate}"] for rate in grid}


def at_places(arm: str, places: Iterable[float], scores: Array) -> dict[str, Array]:
    """Name what an arm has at each place, [P, places]: `batch norm at 64`."""
    return {f"{arm} at {place:g}": row for place, row in zip(places, scores.T, strict=True)}
