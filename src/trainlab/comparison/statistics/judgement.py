"""Judging arms by their scores: the ranking, and a verdict against the best and the baseline.

What accounts for what:

- The baseline is named before: its arms - 1 comparisons are one family.
- The best is chosen by the same scores: its verdicts are taken from the family of all pairs of
  arms, so that whichever arm leads has been paid for.
- Which arms may still be the best: `best.beaten`, at a level of its own, alpha.

Each of the three errs with chance at most alpha, with a correction that bounds any error (Holm).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

import numpy as np

from trainlab.comparison.statistics.best import beaten, chance_of_best, order
from trainlab.comparison.statistics.court import Court, goods
from trainlab.comparison.statistics.interval import Array
from trainlab.comparison.statistics.terms import Terms
from trainlab.comparison.statistics.tests import TESTS, for_folds
from trainlab.comparison.statistics.ties import in_steps
from trainlab.comparison.statistics.verdict import Scale, Verdict
from trainlab.errors import DataError, RecipeError

__all__ = ["Judgement", "Ranked", "judge"]


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """One arm's place; numbers in shown units."""

    arm: str
    pairs: int
    mean: float
    """Infinite with a diverged run: the median is then what the others came to."""
    low: float
    high: float
    median: float
    sd: float
    """Of its scores; nan with a diverged run or below two."""
    diverged: int
    chance_of_best: float
    may_be_best: bool


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What the scores say of the arms."""

    unit: str
    alpha: float
    test: str
    correction: str
    pairs: int
    looks: tuple[int, ...]
    ranking: tuple[Ranked, ...]
    """Best first."""
    to_best: tuple[Verdict, ...]
    """Each other arm against the first of the ranking, in its order."""
    baseline: str | None
    to_baseline: tuple[Verdict, ...]

    @property
    def best(self) -> str:
        """The arm that leads, clearly or not."""
        return self.ranking[0].arm

    @property
    def candidates(self) -> tuple[str, ...]:
        """The arms that may be the best."""
        return tuple(row.arm for row in self.ranking if row.may_be_best)

    @property
    def clear(self) -> bool:
        """Whether every verdict against the best is told."""
        return all(verdict.answer != "unclear" for verdict in self.to_best)

    @property
    def headline(self) -> str:
        """Say the whole in one sentence."""
        if not self.to_best:
            return f"{self.best} stands alone: there is nothing to compare it with"
        nearest = self.to_best[0].turned()
        if len(self.ranking) == 2:
            return nearest.sentence
        if np.isnan(nearest.evidence.gain):
            return f"the {len(self.ranking)} arms cannot be compared: {nearest.next}"
        if len(self.candidates) == 1:
            return f"{self.best} is the best of {len(self.ranking)}{self._tests}{nearest.sentence}"
        unclear = [v for v in self.to_best if v.answer == "unclear" and v.arm in self.candidates]
        if not unclear:
            return f"{self.best} leads; {nearest.sentence}"
        countable = [v for v in unclear if v.outlook.more is not None]
        hardest = max(countable or unclear, key=lambda v: v.outlook.more or np.inf)
        names = ", ".join(verdict.arm for verdict in unclear)
        return f"{self.best} leads, not separable yet from {names}: {hardest.next}"

    @property
    def _tests(self) -> str:
        """Say by which tests the others are ruled out, where those of the sentence do not tell."""
        if self.to_best[0].answer != "unclear":
            return "; "
        others, pairs = len(self.to_best), self.to_best[0].family
        return f", one-sided over {others} comparisons; two-sided over all {pairs}, "

    def to_json(self) -> dict[str, Any]:
        """Give it as plain values, with the sentences; numbers may be infinite or nan."""
        said = {
            "best": self.best,
            "candidates": list(self.candidates),
            "headline": self.headline,
            "sentences": {
                "to_best": [verdict.sentence for verdict in self.to_best],
                "to_baseline": [verdict.sentence for verdict in self.to_baseline],
            },
        }
        return asdict(self) | said


def judge(
    scores: Sequence[Sequence[float]] | Array,
    names: Sequence[str],
    *,
    scale: Scale,
    baseline: str | None = None,
    terms: Terms | None = None,
) -> Judgement:
    """Judge the scores of each arm, in pairs; nan is a run that diverged, and the worst there is.

    With planned looks, an arm that was dropped may have fewer scores, and pairs beyond the last
    look that was due wait for the next one.
    Raises DataError for scores that are no pairs, RecipeError for a baseline that is no arm.
    """
    terms = terms or Terms()
    named = _found(baseline, names)
    arms = [goods(row, scale) for row in _rows(scores, names, terms)]
    court = Court(arms, names, scale, terms)
    places = order(arms)
    everyone = court.verdicts(list(combinations(places, 2)))
    return Judgement(
        unit=scale.unit,
        alpha=terms.alpha,
        test=terms.rule(len(arms[places[0]])).title,
        correction=court.family.title,
        pairs=len(arms[places[0]]),
        looks=terms.looks.at if terms.looks else (),
        ranking=_ranking(court, places, scale.sign),
        to_best=tuple(everyone[places[0], arm].turned() for arm in places[1:]),
        baseline=baseline,
        to_baseline=() if named is None else _to_baseline(court, named, places),
    )


def _to_baseline(court: Court, baseline: int, places: Sequence[int]) -> tuple[Verdict, ...]:
    """Give the verdicts of a family of its own, each other arm against the baseline."""
    family = [(arm, baseline) for arm in places if arm != baseline]
    found = court.verdicts(family)
    return tuple(found[pair] for pair in family)


def _ranking(court: Court, places: Sequence[int], sign: int) -> tuple[Ranked, ...]:
    """Give the rows, best first; the interval of a mean is one by itself, no claim of a family."""
    overlap = court.terms.overlap
    chances = chance_of_best(court.arms, overlap=overlap)
    out = beaten(court.greater, court.terms.alpha, len(court.arms))
    rows, plain = [], in_steps(for_folds(overlap) if overlap else TESTS["t"], court.scale.step)
    for arm in places:
        row = court.arms[arm]
        mean = plain.interval(row, 1 - court.terms.alpha)
        low, high = sorted(sign * float(end) for end in (mean.low, mean.high))
        whole = len(row) > 1 and bool(np.isfinite(row).all())
        rows.append(
            Ranked(
                arm=court.names[arm],
                pairs=len(row),
                mean=sign * float(row.mean()),
                low=low,
                high=high,
                median=sign * float(np.median(row)),
                sd=float(row.std(ddof=1)) if whole else float("nan"),
                diverged=int(np.isneginf(row).sum()),
                chance_of_best=float(chances[arm]),
                may_be_best=not out[arm],
            )
        )
    return tuple(rows)


def _rows(
    scores: Sequence[Sequence[float]] | Array, names: Sequence[str], terms: Terms
) -> list[Array]:
    """Give each arm's scores up to the last look that is due; all of them without looks."""
    rows = [np.asarray(row, float) for row in scores]
    counts = {len(row) if row.ndim == 1 else 0 for row in rows}
    if len(rows) != len(names) or not rows or 0 in counts or (len(counts) > 1 and not terms.looks):
        raise DataError(
            f"scores of {len(rows)} arms with {', '.join(map(str, sorted(counts)))} pairs "
            f"cannot be paired for {len(names)} names",
            next_step="give every arm a score for each pair; nan where a run diverged",
        )
    if terms.looks is None:
        return rows
    return [row[: terms.looks.last(len(row)) or len(row)] for row in rows]


def _found(baseline: str | None, names: Sequence[str]) -> int | None:
    if baseline is None:
        return None
    if baseline not in names:
        raise RecipeError(
            f"no arm is called {baseline!r}", where="baseline", allowed=names, given=baseline
        )
    return list(names).index(baseline)
