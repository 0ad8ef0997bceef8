"""Rates that a rule's own gathering of squares makes smaller."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from trainlab.claims.claim import Arms, Ask, Curve, Found
from trainlab.claims.probes.populations import each_followed
from trainlab.comparison.statistics.interval import Array
from trainlab.engine.training import Training

__all__ = ["FadingRate", "median_rate"]

TINY = 1e-10


@dataclass(frozen=True, kw_only=True)
class FadingRate:
    """Measures, `arm, rate`, how much of the median weight's rate is left at the end of a run.

    The figure has it over the updates.
    """

    arms: Arms
    since: float = 0.1
    """The share of the run after which the rate counts as 1: at the start nothing is gathered."""

    def __call__(self, ask: Ask) -> Found:
        """Follow the rate of each arm."""
        values, curves = dict[str, Array](), dict[str, Curve]()
        for arm, seen in each_followed(ask, self.arms, lambda: median_rate).items():
            first = int((seen.x >= self.since * seen.x[-1]).argmax())
            kept = seen.y[:, first:] / seen.y[:, first, None]
            values[f"{arm}, rate"], curves[arm] = kept[:, -1], Curve(seen.x[first:], kept)
        return Found(values=values, curves=curves)


def median_rate(training: Training) -> Tensor:
    """Give the median over the weights of one over the root of what was gathered, [P]."""
    return 1 / (training.population.slots["v"].sqrt().median(dim=1).values + TINY)
