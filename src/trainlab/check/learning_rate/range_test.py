"""The range test as a whole: the grid, wider where it has to be, and the suggestion confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from trainlab.check.learning_rate.confirmation import Confirmation, confirm
from trainlab.check.learning_rate.curve import Curve, Floats, Range
from trainlab.check.learning_rate.refusal import Refusal, rounded
from trainlab.check.learning_rate.short_runs import ShortRuns, Watch
from trainlab.engine.networks import Model
from trainlab.errors import InputError
from trainlab.recipe import Recipe

__all__ = ["Grid", "RangeTest", "range_test"]

WIDENINGS = 2
WIDER = 2.0
"""Decades that are added at a time."""


@dataclass(frozen=True, kw_only=True)
class Grid:
    """The rates that are tried, and how."""

    low: float = 1e-6
    high: float = 10.0
    points: int = 24
    """Rates, even in their logarithm."""
    seeds: int = 5
    """The recipe's own seed and those after it."""
    steps: int | None = None
    """Of each short training; None: two epochs, between 100 and 300, at most the recipe's own."""

    def __post_init__(self) -> None:
        if not 0 < self.low < self.high:
            raise InputError(
                "the lowest rate should be above 0 and below the highest",
                where=f"from {self.low:g} to {self.high:g}",
                next_step="for example from 1e-6 to 10",
            )
        if self.points < 4 or self.seeds < 1 or (self.steps is not None and self.steps < 1):
            raise InputError(
                "a range test takes at least 4 rates, 1 seed and 1 step",
                where=f"points {self.points}, seeds {self.seeds}, steps {self.steps}",
            )

    @property
    def spacing(self) -> float:
        """Decades between two rates."""
        return float(np.log10(self.high / self.low)) / (self.points - 1)

    def rates(self) -> Floats:
        """Give the rates, ascending."""
        return np.geomspace(self.low, self.high, self.points)

    def wider(self, rates: Floats, side: str) -> Floats:
        """Give the rates to add below or above those that there are."""
        steps = self.spacing * np.arange(1, 1 + max(1, round(WIDER / self.spacing)))
        return np.asarray(
            rates[0] / 10 ** steps[::-1] if side == "lower" else rates[-1] * 10**steps
        )


@dataclass(frozen=True, kw_only=True)
class RangeTest:
    """What a range test found. Rates are those of the schedule's peak."""

    curve: Curve
    found: Range | Refusal
    confirmation: Confirmation | None
    """None where there was nothing to confirm."""
    current: float
    """The recipe's own rate."""
    constant: float
    """The loss of the best prediction that is the same for all: class shares, or the mean."""
    steps: int
    seeds: tuple[int, ...]
    grid: Grid
    """The grid that was asked for; the curve's is wider where the best lay beyond."""

    @property
    def suggestion(self) -> float | None:
        """The rate to use: the best that was found, or what beat it on fresh seeds."""
        if self.confirmation is not None:
            return self.confirmation.choice
        return self.found.best if isinstance(self.found, Range) else None

    @property
    def learns(self) -> bool:
        """Whether any rate, on fresh seeds, does better than the best constant prediction."""
        if self.confirmation is None:
            return False
        rates = [self.confirmation.loss, *(rival.loss for rival in self.confirmation.rivals)]
        return any(bool(np.median(losses) < self.constant) for losses in rates)


def range_test(
    recipe: Recipe,
    *,
    model: Model | None = None,
    data: Any = None,
    grid: Grid | None = None,
    watch: Watch | None = None,
) -> RangeTest:
    """Train every rate with every seed for a few steps, and read from where to where one learns.

    Nothing is left behind: no file, no draw from torch's generator, the model as it was.
    """
    grid = grid or Grid()
    runs = ShortRuns(recipe, model, data, watch)
    steps = grid.steps or runs.steps()
    seeds = tuple(range(recipe.seed, recipe.seed + grid.seeds))
    curve = _measured(runs, grid.rates(), seeds, steps)
    for _ in range(WIDENINGS):
        side = curve.beyond()
        if side is None:
            break
        more = _measured(runs, grid.wider(curve.rates, side), seeds, steps)
        curve = _joined(curve, more)
    found = curve.read()
    return RangeTest(
        curve=curve,
        found=found,
        confirmation=confirm(runs, found.best, steps, seeds) if isinstance(found, Range) else None,
        current=float(recipe.optimizer.hypers["lr"]),
        constant=runs.constant(),
        steps=steps,
        seeds=seeds,
        grid=grid,
    )


def _measured(runs: ShortRuns, rates: Floats, seeds: tuple[int, ...], steps: int) -> Curve:
    arms = [(float(rate), seed) for rate in rates for seed in seeds]
    ends = f"{rounded(rates[0])} to {rounded(rates[-1])}"
    note = f"{len(rates)} rates from {ends}, {len(seeds)} seeds each"
    before, after = runs.losses(arms, steps, note)
    shape = (len(rates), len(seeds))
    return Curve(rates, after.reshape(shape), before.reshape(shape)[0])


def _joined(one: Curve, other: Curve) -> Curve:
    rates = np.concatenate([one.rates, other.rates])
    order = rates.argsort()
    return Curve(rates[order], np.concatenate([one.loss, other.loss])[order], one.start)
