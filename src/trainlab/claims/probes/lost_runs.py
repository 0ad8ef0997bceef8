"""Runs that come to nothing, at rates from one that surely works to one that surely does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from trainlab.claims.claim import Arms, Ask, Curve, Found
from trainlab.claims.probes.grids import rates, scores_at
from trainlab.comparison.statistics.interval import Array

__all__ = ["LostRuns"]


@dataclass(frozen=True, kw_only=True)
class LostRuns:
    """Measures the test loss of each `arm`, a mean over rates, and `arm, lost`: in percent of runs.

    A run that diverged is as good as guessing; one is lost above half the loss of guessing.
    """

    arms: Arms
    rates: Sequence[float]
    guessing: float
    """The loss of a guess, at which losses are cut off."""

    def __call__(self, ask: Ask) -> Found:
        """Train each arm at each rate, and draw the losses over the rates."""
        losses, notes = scores_at(ask, self.arms, rates(self.rates), "loss")
        values, curves = dict[str, Array](), dict[str, Curve]()
        for arm, found in losses.items():
            capped = np.minimum(found, self.guessing)
            values[arm], curves[arm] = capped.mean(axis=1), Curve(np.asarray(self.rates), capped)
            values[f"{arm}, lost"] = 100 * (capped > self.guessing / 2).mean(axis=1)
        return Found(values=values, curves=curves, notes=notes)
