"""Each arm's own best values, found at the same cost for every arm.

An arm gets a number of trials over its own range, on seeds that are never used again; at each rung
the worse half of an arm's trials goes. Where some arm's best lies at the edge of its range there
is another round, of the same number of trials for every arm: outwards from the edge for that one,
between the neighbours of the best for the others.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from trainlab.comparison.arms import Arm
from trainlab.comparison.design import Design
from trainlab.comparison.halving import RUNGS
from trainlab.comparison.measure import Measure
from trainlab.comparison.outcome import Outcome, Trial
from trainlab.comparison.ranges import Range
from trainlab.comparison.running import Bench, Watch
from trainlab.recipe import Recipe

__all__ = ["TUNING_SEED", "Tried", "Tuned", "tune"]

TUNING_SEED = 1_000_000
"""Tuning trains on the recipe's seed plus this: a result that chose a rate never judges it."""
MOST_ROUNDS = 3


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


@dataclass
class _Search:
    """An arm on its way to its best values."""

    arm: Arm
    ranges: list[Range]
    tried: list[Tried] = field(default_factory=list)
    widened: set[str] = field(default_factory=set)

    def first(self, n: int) -> list[dict[str, float]]:
        """Spread n points over the ranges: evenly in one dimension, by Sobol's sequence in more."""
        if len(self.ranges) == 1:
            (only,) = self.ranges
            return [{only.key: value} for value in only.points(n)]
        from scipy.stats import qmc

        cube = qmc.Sobol(len(self.ranges), scramble=False).random(n)
        return [{r.key: r.at(x) for r, x in zip(self.ranges, point, strict=True)} for point in cube]

    def more(self, n: int) -> list[dict[str, float]]:
        """Go outwards from an edge, or between the best value and its neighbours."""
        best = self.best.values
        columns = [self._near(each, best[each.key], n) for each in self.ranges]
        return [dict(zip(best, point, strict=True)) for point in zip(*columns, strict=True)]

    @property
    def best(self) -> Tried:
        """The best that was trained to its end: by score, then by loss, then the first."""
        return max(self.tried, key=_merit)

    def edge(self, each: Range) -> int:
        """Give -1 or 1 where the best value is the lowest or highest tried, else 0."""
        values = sorted({trial.values[each.key] for trial in self.tried})
        place = values.index(self.best.values[each.key])
        return -1 if place == 0 else 1 if place == len(values) - 1 else 0

    def _near(self, each: Range, best: float, n: int) -> list[float]:
        values = sorted({trial.values[each.key] for trial in self.tried})
        side, at = self.edge(each), each.share(best)
        if side:
            self.widened.add(each.key)
            gap = 0.5 / max(1, len(values) - 1)
            return [_bounded(each, at + side * gap * (i + 1)) for i in range(n)]
        place = values.index(best)
        low, high = each.share(values[place - 1]), each.share(values[place + 1])
        return [each.at(low + (high - low) * (i + 1) / (n + 1)) for i in range(n)]


def tune(
    arms: Sequence[Arm],
    design: Design,
    bench: Bench,
    measure: Measure,
    watch: Callable[[int], Watch] | None = None,
) -> list[Tuned]:
    """Find each arm's best values; `watch` is told of each round how many trainings it has."""
    searches = [_Search(arm, [make(arm.recipe) for make in design.ranges]) for arm in arms]
    wanted = [search.first(design.trials) for search in searches]
    for _ in range(MOST_ROUNDS):
        told = watch(sum(map(len, wanted))) if watch else None
        _round(searches, wanted, design, bench, measure.on("val"), told)
        if not any(search.edge(each) for search in searches for each in search.ranges):
            break
        wanted = [search.more(max(2, design.trials // 2)) for search in searches]
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


def _at(recipe: Recipe, values: dict[str, float]) -> Recipe:
    changed = recipe.model_copy(update={"seed": recipe.seed + TUNING_SEED, "seeds": 1})
    for key, value in values.items():
        changed = changed.replace(key, value)
    return changed


def _tried(values: dict[str, float], outcome: Outcome, measure: Measure) -> Tried:
    score = measure.sign * measure.of(outcome)
    loss = outcome.scores.get("val/loss", math.nan)
    return Tried(values, score, loss, outcome.why, outcome.taken)


def _merit(trial: Tried) -> tuple[bool, float, float]:
    score, loss = (
        -math.inf if math.isnan(value) else value for value in (trial.score, -trial.loss)
    )
    return trial.why not in ("dropped", "diverged"), score, loss


def _bounded(each: Range, share: float) -> float:
    """Keep shares of things, which run from 0 to 1, inside; a logarithm has no end."""
    value = each.at(share)
    return value if each.log else min(max(value, 0.0), 0.999)


def _tuned(search: _Search) -> Tuned:
    edge = tuple(each.key for each in search.ranges if search.edge(each))
    notes = [f"{key}: the range was widened" for key in sorted(search.widened)]
    notes += [f"{key}: the best value lies at the edge of what was tried" for key in edge]
    diverged = sum(trial.why == "diverged" for trial in search.tried)
    if diverged:
        notes.append(f"{diverged} of {len(search.tried)} trials diverged")
    if search.best.why == "diverged":
        notes.append("no trial came to an end: every one diverged")
    return Tuned(search.arm.name, search.best.values, tuple(search.tried), edge, tuple(notes))
