"""How many more pairs would probably tell, from the differences seen so far."""

from __future__ import annotations

import math

from trainlab.comparison.statistics.interval import Array
from trainlab.comparison.statistics.power import MOST, pairs_to_separate
from trainlab.comparison.statistics.student import moments
from trainlab.comparison.statistics.ties import pairs_of_ties
from trainlab.comparison.statistics.verdict import Outlook

__all__ = ["outlook"]

ALL_TIE = (
    "a margin would tell whether they are equivalent, a finer metric perhaps whether they differ"
)


def outlook(
    row: Array,
    alpha: float,
    chance: float,
    matters: tuple[float | None, float] = (None, 0.0),
    fewest: int = 2,
) -> Outlook:
    """Count the further pairs for one row of differences [n], at a level and a power.

    They are enough to separate the difference seen, or to show that it lies within the margin,
    whichever comes first, if the mean and the sd stay as they are. What `matters`: the margin, and
    the step of the scores. With less than the `fewest` pairs the test cannot tell anything.
    """
    margin = matters[0]
    found, n = moments(row), len(row)
    if found.infinite and len(set(row)) == 1 < n:
        return _within_reach(pairs_of_ties(math.inf, 0.0, alpha / 2), n)
    if found.infinite:
        return Outlook(why="runs without a score, and the seeds needed cannot be told")
    if n == 1:
        return Outlook(why="one pair tells nothing of the spread")
    if found.flat:
        return _of_equal(abs(float(found.mean)), n, alpha, matters)
    d, sd = abs(float(found.mean)), float(found.sd)
    needed = [pairs_to_separate(d / sd, alpha=alpha, chance=chance)]
    if margin is not None and d < margin:
        needed.append(
            pairs_to_separate((margin - d) / sd, alpha=alpha, chance=chance, side="greater")
        )
    reached = min((pairs for pairs in needed if pairs is not None), default=math.inf)
    return _within_reach(max(reached, fewest), n)


def _of_equal(size: float, n: int, alpha: float, matters: tuple[float | None, float]) -> Outlook:
    """Count for differences that are all of one size: to tell it from 0, or from the margin."""
    margin, step = matters
    needed = [pairs_of_ties(size, step, alpha / 2)] if size else []
    if margin is not None and size < margin:
        needed.append(pairs_of_ties(margin - size, step, alpha))
    if not needed:
        return Outlook(why=ALL_TIE)
    return _within_reach(min(needed), n)


def _within_reach(needed: float, n: int) -> Outlook:
    if needed > MOST:
        return Outlook(why=f"not within {MOST:,} seeds, if the difference stays as it is")
    return Outlook(more=max(1, math.ceil(needed) - n))
