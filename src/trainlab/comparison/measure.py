"""What is measured of a training: one number, and which way is better."""

from __future__ import annotations

from dataclasses import dataclass, replace

from trainlab.comparison.outcome import Outcome
from trainlab.comparison.statistics.verdict import POINTS, Scale
from trainlab.engine.evaluate import METRICS
from trainlab.errors import RecipeError

__all__ = ["FALLING", "Measure", "measure_of"]

FALLING = ("loss", "rmse", "mae")
"""Metrics that fall as a network gets better."""
NEVER = float("nan")


@dataclass(frozen=True)
class Measure:
    """A metric of a split; with a target, the updates until the validation split reaches it."""

    metric: str
    part: str = "test"
    target: float | None = None
    step: float = 0.0
    """The least step between two values: one example of a share, one evaluation of updates."""

    @property
    def name(self) -> str:
        """Give its key: test/accuracy."""
        return f"{self.part}/{self.metric}"

    @property
    def title(self) -> str:
        """Say what is measured."""
        if self.target is None:
            return self.name
        return f"steps to val/{self.metric} {'<=' if self.sign < 0 else '>='} {self.target:g}"

    @property
    def sign(self) -> int:
        """Give 1 where more of the metric is better, -1 where less is."""
        return -1 if self.metric in FALLING else 1

    @property
    def scale(self) -> Scale:
        """Give how the number is shown."""
        if self.target is not None:
            return Scale("steps", 1.0, -1, "never got there", self.step)
        if self.metric == "accuracy":
            return replace(POINTS, step=POINTS.factor * self.step)
        return Scale("", 1.0, self.sign)

    def of(self, outcome: Outcome) -> float:
        """Read it from what a training came to; nan where it diverged or never got there."""
        if self.target is None:
            return outcome.scores.get(self.name, NEVER)
        values = outcome.curve.get(f"val/{self.metric}", ())
        far = (self.sign * value >= self.sign * self.target for value in values)
        reached = (step for step, there in zip(outcome.steps, far, strict=True) if there)
        return float(next(reached, NEVER))

    def on(self, part: str) -> Measure:
        """Give the same metric of another split, at the end."""
        return Measure(self.metric, part)


def measure_of(metric: str | None, kind: str, part: str, target: float | None = None) -> Measure:
    """Give the metric asked for, or the headline of a kind of task.

    Raises RecipeError.
    """
    there = ("loss", *METRICS[kind])
    if metric is not None and metric not in there:
        raise RecipeError(
            f"a {kind} has no {metric!r}", where="--metric", allowed=there, given=metric
        )
    metric = metric or next(iter(METRICS[kind]))
    if metric == "accuracy" and target is not None and not 0 < target <= 1:
        share = target / 100 if 10 <= target <= 100 else 0.95
        raise RecipeError(
            f"an accuracy is a share from 0 to 1, and never reaches {target:g}",
            where="--target",
            next_step=f"write it as a share: --target {share:g}",
        )
    return Measure(metric, part, target)
