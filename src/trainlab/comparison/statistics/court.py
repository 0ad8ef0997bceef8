"""The verdicts of families of pairs of arms, from the scores that two arms have in common.

An arm that was dropped early has fewer scores than those that stayed: two arms are compared on as
many pairs as both have, by the test of that many pairs.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from trainlab.comparison.statistics.effect import effect
from trainlab.comparison.statistics.families import FAMILIES, simultaneous_level
from trainlab.comparison.statistics.interval import Array, Flags, Interval, two_sided
from trainlab.comparison.statistics.outlook import outlook
from trainlab.comparison.statistics.terms import Terms
from trainlab.comparison.statistics.verdict import Evidence, Outlook, Scale, Verdict, decide

__all__ = ["Court", "gains", "goods"]

FOLDS_SHARE = "more seeds of the same folds tell little, more examples or a test split would"
NOTHING = "every run {lost}, so that there is no score to compare"
Pair = tuple[int, int]
Bounds = tuple[float, float, float]
"""Estimate, low, high."""
NO_SCORE: Bounds = (math.nan, -math.inf, math.inf)
"""Of two arms none of whose runs came to a score."""
Ps = tuple[float, float, float | None]
"""p, p corrected for the family, p of equivalence corrected."""


def goods(scores: Array | Sequence[float], scale: Scale) -> Array:
    """Give scores in shown units, larger where better: nan, a run that diverged, is -infinity."""
    shown = scale.sign * scale.factor * np.asarray(scores, float)
    return np.asarray(np.where(np.isnan(shown), -np.inf, shown))


def gains(first: Array, second: Array) -> Array:
    """Give first - second of goods; two runs that both diverged are even."""
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(first == second, 0.0, first - second))


class Court:
    """Goods of each arm, and the names, the scale and the terms that all its verdicts share."""

    def __init__(
        self, arms: Sequence[Array], names: Sequence[str], scale: Scale, terms: Terms
    ) -> None:
        self.arms, self.names, self.scale, self.terms = arms, names, scale, terms
        self.family = FAMILIES[terms.family]
        every = [(i, j) for i in range(len(arms)) for j in range(len(arms)) if i != j]
        self.greater = np.ones((len(arms), len(arms)))
        """One-sided p [arms, arms] of row i being better than column j."""
        for at, rows, pairs in self._groups(every):
            i, j = np.array(every)[at].T
            self.greater[i, j] = terms.rule(pairs, scale.step).p(rows, "greater")

    def verdicts(self, family: Sequence[Pair]) -> Mapping[Pair, Verdict]:
        """Give the verdicts of one family: of each pair, the first arm against the second."""
        if not family:
            return {}
        i, j = np.array(family).T
        p = two_sided(self.greater[i, j], self.greater[j, i])
        corrected, same = self.family.adjust(p), self._equivalent(family)
        level = 1 - self.terms.alpha
        joint_level = simultaneous_level(level, len(family))
        found: dict[Pair, Verdict] = {}
        for at, rows, pairs in self._groups(family):
            rule = self.terms.rule(pairs, self.scale.step)
            own, joint = rule.interval(rows, level), rule.interval(rows, joint_level)
            for k, where in enumerate(at):
                p_same = None if same is None else float(same[where])
                ps = (float(p[where]), float(corrected[where]), p_same)
                seen = self._evidence(family[where], _row_of(own, k), _row_of(joint, k), ps)
                found[family[where]] = self._verdict(family[where], seen, rows[k], len(family))
        return {pair: found[pair] for pair in family}

    def _groups(self, family: Sequence[Pair]) -> Iterator[tuple[list[int], Array, int]]:
        """Give the places in a family, the differences [m, n] and n, for each n in common."""
        common = [min(len(self.arms[i]), len(self.arms[j])) for i, j in family]
        for pairs in sorted(set(common)):
            at = [k for k, n in enumerate(common) if n == pairs]
            rows = [self._row(family[k], pairs) for k in at]
            yield at, np.stack(rows), pairs

    def _row(self, pair: Pair, pairs: int) -> Array:
        return gains(self.arms[pair[0]][:pairs], self.arms[pair[1]][:pairs])

    def _equivalent(self, family: Sequence[Pair]) -> Array | None:
        """Give the corrected p of both one-sided tests against the margin.

        Two runs that both diverged are even, but do not show that two arms are about as good.
        """
        margin = self.terms.margin
        if margin is None:
            return None
        p = np.ones(len(family))
        for at, rows, pairs in self._groups(family):
            test = self.terms.rule(pairs, self.scale.step).p
            lost = np.stack([self._both_lost(family[k], pairs) for k in at])
            above, below = np.where(lost, -np.inf, rows), np.where(lost, np.inf, rows)
            p[at] = np.maximum(test(above + margin, "greater"), test(below - margin, "less"))
        return self.family.adjust(p)

    def _both_lost(self, pair: Pair, pairs: int) -> Flags:
        first, second = (np.isneginf(self.arms[arm][:pairs]) for arm in pair)
        return np.asarray(first & second)

    def _evidence(self, pair: Pair, own: Bounds, joint: Bounds, ps: Ps) -> Evidence:
        pairs = min(len(self.arms[arm]) for arm in pair)
        if self._both_lost(pair, pairs).all():
            own = joint = NO_SCORE
        first, second = (self.arms[arm][:pairs] for arm in pair)
        level = 1 - self.terms.alpha
        return Evidence(
            pairs=pairs,
            gain=own[0],
            low=own[1],
            high=own[2],
            level=level,
            joint_low=joint[1],
            joint_high=joint[2],
            p=ps[0],
            corrected=ps[1],
            p_equivalent=ps[2],
            effect=effect(first, second, level),
            diverged=(int(np.isneginf(first).sum()), int(np.isneginf(second).sum())),
            ties=int((first == second).sum()),
        )

    def _verdict(self, pair: Pair, seen: Evidence, row: Array, size: int) -> Verdict:
        terms, rule = self.terms, self.terms.rule(seen.pairs)
        level = rule.nominal(terms.alpha / size)
        return Verdict(
            arm=self.names[pair[0]],
            other=self.names[pair[1]],
            answer=decide(seen, terms.alpha),
            evidence=seen,
            test=rule.title,
            correction=self.family.title,
            family=size,
            alpha=terms.alpha,
            margin=terms.margin,
            unit=self.scale.unit,
            lost=self.scale.lost,
            outlook=self._outlook(seen, row, level),
        )

    def _outlook(self, seen: Evidence, row: Array, level: float) -> Outlook:
        terms = self.terms
        if math.isnan(seen.gain):
            return Outlook(why=NOTHING.format(lost=self.scale.lost))
        if terms.overlap:
            return Outlook(why=FOLDS_SHARE)
        fewest = terms.rule(seen.pairs).fewest(level)
        return outlook(row, level, terms.chance, (terms.margin, self.scale.step), fewest)


def _row_of(interval: Interval, k: int) -> Bounds:
    return float(interval.estimate[k]), float(interval.low[k]), float(interval.high[k])
