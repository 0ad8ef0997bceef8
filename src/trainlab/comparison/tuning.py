"""Each arm's own best values, found at the same cost for every arm.

An arm gets a number of trials over its own range, on seeds that are never used again; at each rung
the worse half of an arm's trials goes. Where some arm's best lies at the edge of its range there
is another round, of the same number of trials for every arm: outwards from the edge for that one,
between the neighbours of the best for the others. Several values at once are spread over their box
by Sobol's sequence, scrambled by the recipe's seed, and a second round, about the best, is certain.
One seed may be lucky at a rate that fails on the next: finals try the best on others, if asked.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import takewhile
from statistics import fmean
from typing import Any

import numpy as np

from trainlab.comparison.arms import Arm
from trainlab.comparison.design import Design
from trainlab.comparison.folding import tuning_on
from trainlab.comparison.halving import RUNGS
from trainlab.comparison.measure import Measure
from trainlab.comparison.outcome import Outcome, Trial
from trainlab.comparison.ranges import Range
from trainlab.comparison.running import Bench, Watch
from trainlab.errors import RecipeError
from trainlab.recipe import Recipe

__all__ = ["FINALISTS", "TUNING_SEED", "Tried", "Tuned", "tune"]

TUNING_SEED = 1_000_000
"""Tuning trains on the recipe's seed plus this: a result that chose a rate never judges it."""
FINALISTS = 3
"""Values of an arm that go into the finals."""


@dataclass(frozen=True)
class Tried:
    """One set of values, and what it came to on the validation split."""

    values: dict[str, float]
    score: float
    loss: float
    why: str
    taken: int


@dataclass(frozen=True)
class Tuned:
    """What an arm's tuning came to."""

    arm: str
    values: dict[str, float]
    """The best."""
    tried: tuple[Tried, ...]
    at_edge: tuple[str, ...] = ()
    """Hyperparameters whose best value lies at the edge of all that was tried."""
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> Tuned:
        """Read what `dataclasses.asdict` gave, by way of JSON."""
        known = [each.name for each in fields(Tried)]  # earlier versions kept more
        tried = tuple(Tried(**{name: each[name] for name in known}) for each in found["tried"])
        edge, notes = tuple(found["at_edge"]), tuple(found["notes"])
        return cls(found["arm"], found["values"], tried, edge, notes)


@dataclass
class _Search:
    """An arm on its way to its best values."""

    arm: Arm
    ranges: list[Range]
    tried: list[Tried] = field(default_factory=list)
    widened: set[str] = field(default_factory=set)
    finals: list[Tried] = field(default_factory=list)

    def first(self, n: int) -> list[dict[str, float]]:
        """Spread n points over the ranges."""
        if len(self.ranges) == 1:
            (only,) = self.ranges
            return [{only.key: value} for value in only.points(n)]
        return self._spread([(0.0, 1.0)] * len(self.ranges), n)

    def more(self, n: int) -> list[dict[str, float]]:
        """Go outwards from an edge, or between the best value and its neighbours.

        Several values: spread n points over a box about the best, as wide as the points so far are
        apart; where the best lies at an edge it reaches out of the range, twice as far.
        """
        if len(self.ranges) == 1:
            (only,) = self.ranges
            return [{only.key: value} for value in self._near(only, self.best.values[only.key], n)]
        return self._spread([self._box(each) for each in self.ranges], n)

    @property
    def best(self) -> Tried:
        """The best that was trained to its end: by score, then by loss, then the first."""
        return max(self.tried, key=_merit)

    @property
    def chosen(self) -> Tried:
        """The best of the finals, where there were any: by their means over other seeds."""
        return max(self.finals or self.tried, key=_merit)

    def finalists(self) -> list[dict[str, float]]:
        """Give the best values, each once: those that were dropped come after the others."""
        ranked = sorted(self.tried, key=_merit, reverse=True)
        return list({repr(trial.values): trial.values for trial in ranked}.values())[:FINALISTS]

    def edge(self, each: Range) -> int:
        """Give -1 or 1 where the best value is the lowest or highest tried and could go on."""
        values, best = self._values(each), self.best.values[each.key]
        side = (best == values[-1]) - (best == values[0])
        return side if side and self._outwards(each, side, 1) else 0

    def _spread(self, box: Sequence[tuple[float, float]], n: int) -> list[dict[str, float]]:
        """Give n points of a scrambled Sobol sequence in a box of shares; the same for each arm."""
        from scipy.stats import qmc

        size = max(0, math.ceil(math.log2(n)))  # whole powers of two are spread evenly
        rng = np.random.default_rng((self.arm.recipe.seed, len(self.tried)))
        cube = qmc.Sobol(len(box), seed=rng).random_base2(size)[:n]
        low, high = np.array(box).T
        return [
            {each.key: each.at(share) for each, share in zip(self.ranges, point, strict=True)}
            for point in (low + (high - low) * cube).tolist()
        ]

    def _box(self, each: Range) -> tuple[float, float]:
        """Give the shares about the best value to look between."""
        middle, side = each.share(self.best.values[each.key]), self.edge(each)
        half = 0.5 * len(self.tried) ** (-1 / len(self.ranges))
        tried = [each.share(value) for value in self._values(each)]
        low, high = max(middle - half, min(0.0, *tried)), min(middle + half, max(1.0, *tried))
        if side:
            self.widened.add(each.key)
            out = self._outmost(each, middle, side * 2 * half)
            low, high = (out, high) if side < 0 else (low, out)
        return low, high

    def _outmost(self, each: Range, start: float, reach: float) -> float:
        """Give how far the recipe allows to go, of all the reach, a half, a quarter, ... of it."""
        shares = (start + reach / 2**k for k in range(8))
        return next((s for s in shares if self._allows(each.key, each.at(s))), start)

    def _near(self, each: Range, best: float, n: int) -> list[float]:
        """Give n values: outwards as far as the recipe allows, the rest about the best."""
        values, outwards = self._values(each), list[float]()
        if side := self.edge(each):
            self.widened.add(each.key)
            outwards = self._outwards(each, side, n)
        place, left = values.index(best), n - len(outwards)
        low, high = values[max(0, place - 1)], values[min(place + 1, len(values) - 1)]
        start, end = each.share(low), each.share(high)
        between = [each.at(start + (end - start) * (i + 1) / (left + 1)) for i in range(left)]
        return outwards + between

    def _outwards(self, each: Range, side: int, n: int) -> list[float]:
        """Give up to n values beyond the edge, as many as the recipe allows; one if any is."""
        values = self._values(each)
        gap, end = 0.5 / max(1, len(values) - 1), values[0 if side < 0 else -1]
        start = each.share(end)
        steps = (each.at(start + side * gap * (i + 1)) for i in range(n))
        found = list(takewhile(lambda value: self._allows(each.key, value), steps))
        near = each.at(self._outmost(each, start, side * gap))
        return found or [near] * (near * side > end * side)

    def _values(self, each: Range) -> list[float]:
        return sorted({trial.values[each.key] for trial in self.tried})

    def _allows(self, key: str, value: float) -> bool:
        try:
            self.arm.recipe.replace(key, value)
        except RecipeError:
            return False
        return True


def tune(
    arms: Sequence[Arm],
    design: Design,
    bench: Bench,
    measure: Measure,
    watch: Callable[[int], Watch] | None = None,
) -> list[Tuned]:
    """Find each arm's best values; `watch` is told of each round how many trainings it has.

    Best by what will judge: the score on validation at the end, or the updates to the target.
    """
    searches = [_Search(arm, [make(arm.recipe) for make in design.ranges]) for arm in arms]
    several = max(2, design.trials // 2)
    chosen_by = measure.on("val") if measure.target is None else measure
    for again in range(design.rounds):
        wanted = [s.more(several) if again else s.first(design.trials) for s in searches]
        told = watch(sum(map(len, wanted))) if watch else None
        _round(searches, wanted, design, bench, chosen_by, told)
        refined = again > 0 or len(design.tune) < 2
        if refined and not any(search.edge(each) for search in searches for each in search.ranges):
            break
    if design.finals:
        _finals(searches, design.finals, bench, chosen_by, watch)
    return [_tuned(search) for search in searches]


def _round(
    searches: Sequence[_Search],
    wanted: Sequence[Sequence[dict[str, float]]],
    design: Design,
    bench: Bench,
    measure: Measure,
    watch: Watch | None,
) -> None:
    pairs = [(s, values) for s, points in zip(searches, wanted, strict=True) for values in points]
    rungs = RUNGS if design.halving else ()
    trials = [Trial(_at(s.arm.recipe, values), s.arm.name, ("val",), rungs) for s, values in pairs]
    for (search, values), outcome in zip(pairs, bench.run(trials, measure, watch), strict=True):
        search.tried.append(_tried(values, outcome, measure))


def _finals(
    searches: Sequence[_Search],
    seeds: int,
    bench: Bench,
    measure: Measure,
    watch: Callable[[int], Watch] | None,
) -> None:
    """Train the best values of each arm once more, on tuning seeds that chose none of them."""
    asked = [(search, values) for search in searches for values in search.finalists()]
    trials = [
        Trial(_at(search.arm.recipe, values, again), search.arm.name, ("val",), ())
        for search, values in asked
        for again in range(1, seeds + 1)
    ]
    outcomes = iter(bench.run(trials, measure, watch(len(trials)) if watch else None))
    for search, values in asked:
        search.finals.append(_mean([_tried(values, next(outcomes), measure) for _ in range(seeds)]))


def _mean(tried: Sequence[Tried]) -> Tried:
    """Give what the same values came to on several seeds; lost if they were on any."""
    first = next((each for each in tried if each.why == "diverged"), tried[0])
    score, loss = (fmean(getattr(each, name) for each in tried) for name in ("score", "loss"))
    return replace(first, score=score, loss=loss)


def _at(recipe: Recipe, values: dict[str, float], again: int = 0) -> Recipe:
    seed = recipe.seed + TUNING_SEED + again
    changed = tuning_on(recipe).model_copy(update={"seed": seed, "seeds": 1})
    for key, value in values.items():
        changed = changed.replace(key, value)
    return changed


def _tried(values: dict[str, float], outcome: Outcome, measure: Measure) -> Tried:
    score = measure.scale.sign * measure.of(outcome)
    loss = outcome.scores.get("val/loss", math.nan)
    return Tried(values, score, loss, outcome.why, outcome.taken)


def _merit(trial: Tried) -> tuple[bool, float, float]:
    score, loss = (
        -math.inf if math.isnan(value) else value for value in (trial.score, -trial.loss)
    )
    return trial.why not in ("dropped", "diverged"), score, loss


def _tuned(search: _Search) -> Tuned:
    edge = tuple(each.key for each in search.ranges if search.edge(each))
    notes = [f"{key}: the range was widened" for key in sorted(search.widened)]
    notes += [f"{key}: the best value lies at the edge of what was tried" for key in edge]
    diverged = sum(trial.why == "diverged" for trial in search.tried)
    if diverged:
        notes.append(f"{diverged} of {len(search.tried)} trials diverged")
    if search.best.why == "diverged":
        notes.append("no trial came to an end: every one diverged")
    if (chosen := search.chosen.values) != search.best.values:
        notes.append(f"{_said(chosen)} is better on other seeds than {_said(search.best.values)}")
    return Tuned(search.arm.name, chosen, tuple(search.tried), edge, tuple(notes))


def _said(values: dict[str, float]) -> str:
    return ", ".join(f"{key.rpartition('.')[2]} {value:.3g}" for key, value in values.items())
