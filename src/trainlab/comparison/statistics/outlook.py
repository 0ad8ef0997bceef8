"""How many more pairs would probably tell, from the differences seen so far."""

from __future__ import annotations

import math

import numpy as np

from trainlab.comparison.statistics.interval import Array
from trainlab.comparison.statistics.power import MOST, pairs_to_separate
from trainlab.comparison.statistics.student import moments
from trainlab.comparison.statistics.verdict import Outlook

__all__ = ["outlook"]


def outlook(row: Array, alpha: float, chance: float, margin: float | None) -> Outlook:
    """Count the further pairs for one row of differences [n], at a level and a power.

    They are enough to separate the difference seen, or to show that it lies within the margin,
    whichever comes first, if the mean and the sd stay as they are.
    """
    found = moments(row)
    if found.infinite:
        return Outlook(why="runs diverged, and the seeds needed cannot be told")
    if found.n == 1:
        return Outlook(why="one pair tells nothing of the spread")
    if found.flat:
        return _of_equal(float(found.mean), found.n, alpha, margin)
    d, sd = abs(float(found.mean)), float(found.sd)
    needed = [pairs_to_separate(d / sd, alpha=alpha, chance=chance)]
    if margin is not None and d < margin:
        needed.append(
            pairs_to_separate((margin - d) / sd, alpha=alpha, chance=chance, side="greater")
        )
    known = [pairs for pairs in needed if pairs is not None]
    if not known:
        return Outlook(why=f"not within {MOST:,} seeds, if the difference stays as it is")
    return Outlook(more=max(1, min(known) - found.n))


def _of_equal(mean: float, n: int, alpha: float, margin: float | None) -> Outlook:
    """Count for equal differences: the sign-flip p is 2^-n a side."""
    if mean == 0 and margin is None:
        return Outlook(why="no pair differs")
    sides = 2 if margin is None or abs(mean) >= margin else 1
    return Outlook(more=max(1, math.ceil(np.log2(sides / alpha)) - n))
