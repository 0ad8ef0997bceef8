"""Pairs that all differ by the same, of scores that come in steps: what may still be the truth.

A share of 36 examples moves in steps of 1/36, so n equal differences may come of a mean that lies
between two steps: a pair then comes out elsewhere with chance |distance| / step at least. Hence

    p        = max(2^-n, (1 - |distance| / step)^n)   a side; distance: from what is denied
    interval = mean -+ step (1 - a^(1/n)),            a = (1 - level) / 2

which is the law of Clopper and Pearson 1934 for a pair that differs by one step. Scores without
steps keep the law of sign flips, 2^-n, and an interval without width: they are the same run.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from trainlab.comparison.statistics.interval import Array, Interval, Side, two_sided
from trainlab.comparison.statistics.student import moments
from trainlab.comparison.statistics.tests import Test

__all__ = ["in_steps", "pairs_of_ties"]


def in_steps(test: Test, step: float) -> Test:
    """Give a test that knows the step of the scores; the same where it is 0."""
    if step == 0:
        return test

    def p(differences: Array, side: Side) -> Array:
        if side == "two-sided":
            return two_sided(p(differences, "greater"), p(differences, "less"))
        found = moments(np.asarray(differences, float))
        between = (1 - np.minimum(1.0, np.abs(found.mean) / step)) ** found.n
        given = test.p(differences, side)
        return np.where(found.flat & ~found.infinite, np.maximum(given, between), given)

    def interval(differences: Array, level: float) -> Interval:
        found = moments(np.asarray(differences, float))
        reach = step * (1 - ((1 - level) / 2) ** (1 / found.n))
        reach = np.where(found.flat & ~found.infinite, reach, 0.0)
        given = test.interval(differences, level)
        return Interval(given.estimate, given.low - reach, given.high + reach)

    return replace(test, p=p, interval=interval)


def pairs_of_ties(distance: float, step: float, p: float) -> float:
    """Give how many equal pairs reach p, a side; infinite where none do."""
    stays = max(0.5, 1 - min(1.0, distance / step)) if step else 0.5
    return float(np.log(p) / np.log(stays)) if stays < 1 else np.inf
