"""A measure by comparison: one recipe, an arm for each way of changing it, the same seeds for all.

A claim says no more than the changes and the design; trainings, tuning at equal cost and pairing
are those of `trainlab compare`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from trainlab.claims.claim import Arms, Ask, Curve, Found
from trainlab.comparison.arms import Arm
from trainlab.comparison.compare import compare
from trainlab.comparison.design import Design
from trainlab.comparison.measure import Measure
from trainlab.comparison.outcome import Outcome
from trainlab.comparison.result import Comparison
from trainlab.comparison.statistics.court import goods
from trainlab.comparison.statistics.interval import Array

__all__ = ["TUNED", "Compare", "reaching"]

TUNED = Design(tune=("optimizer.lr",), trials=8, halving=False)
"""Every arm at the best of eight rates, each tried to the end."""
STEPS = ", steps"


def reaching(accuracy: float, *, tune: str = "optimizer.lr", trials: int = 8) -> Design:
    """Judge by the updates until validation is so accurate, each arm at the best of its rates."""
    tuned = replace(TUNED, tune=(tune,), trials=trials)
    return replace(tuned, judged="target", target=accuracy, metric="accuracy")


@dataclass(frozen=True, kw_only=True)
class Compare:
    """Measures arms by a design; the claim's pairs are the design's seeds."""

    arms: Arms
    design: Design = field(default_factory=Design)
    always: Sequence[str] = ()
    """What every arm changes besides, in the user's recipe too."""
    curve: str = "val/loss"
    """What the figure draws over the updates."""
    reach: float | None = None
    """A value of the metric on validation: `arm, steps` then has the updates until it is reached,
    besides what the design judges at the end."""

    def __call__(self, ask: Ask) -> Found:
        """Train all arms and give their scores, with the updates to `reach` where it is given."""
        return self.measured(ask)[0]

    def measured(self, ask: Ask) -> tuple[Found, dict[str, Ask]]:
        """Measure, and ask for each arm's recipe as it was tuned: for a further look at it."""
        arms = [
            Arm(name, ask.changed(*self.always, *said).recipe) for name, said in self.arms.items()
        ]
        found = compare(arms, self._design(ask), ask.bench, ask.watch)
        values = {arm: _shown(found.measure, rows) for arm, rows in found.outcomes.items()}
        if self.reach is not None:
            said = found.measure
            goal = said if ask.quick else Measure(said.metric, "val", self.reach)
            values |= {f"{arm}{STEPS}": _shown(goal, rows) for arm, rows in found.outcomes.items()}
        tuned = [
            f"{each.arm}: {key} = {value:.3g}"
            for each in found.tuned
            for key, value in each.values.items()
        ]
        notes = (found.pairing, *(["best values: " + ", ".join(tuned)] * bool(tuned)), *found.notes)
        tuned_asks = {
            arm.name: replace(ask, recipe=arm.recipe.replace("seeds", ask.pairs))
            for arm in found.arms
        }
        return Found(values=values, curves=_curves(found, self.curve), notes=notes), tuned_asks

    def _design(self, ask: Ask) -> Design:
        design = replace(self.design, seeds=ask.pairs)
        if not ask.quick:
            return design
        return replace(design, tune=(), judged="steps", target=None, until=None, race=False)


def _shown(measure: Measure, outcomes: Sequence[Outcome]) -> Array:
    """Give scores in shown units; what came to nothing is infinitely bad."""
    scale = measure.scale
    return scale.sign * goods([measure.of(outcome) for outcome in outcomes], scale)


def _curves(found: Comparison, name: str) -> dict[str, Curve]:
    """Give each arm's validation curve, nan where a run ended early."""
    curves = {}
    for arm, outcomes in found.outcomes.items():
        longest = max(outcomes, key=lambda outcome: len(outcome.steps))
        y = np.full((len(outcomes), len(longest.steps)), np.nan)
        for row, outcome in enumerate(outcomes):
            seen = outcome.curve.get(name, ())
            y[row, : len(seen)] = seen
        curves[arm] = Curve(np.asarray(longest.steps, float), y)
    return curves
