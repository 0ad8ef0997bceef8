"""How many pairs it takes to separate a difference.

    power = P(|t| > t(1 - alpha/2)),  t noncentral with mean parameter d_z sqrt(n)

d_z is the difference over the sd of the differences, as seen so far: the answers are estimates.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from trainlab.comparison.statistics.interval import Side
from trainlab.comparison.statistics.noncentral import noncentral_t

__all__ = ["MOST", "pairs_to_separate", "power"]

MOST = 10_000
"""Beyond this many pairs the answer is None."""


def power(effect: float, pairs: int, alpha: float = 0.05, side: Side = "two-sided") -> float:
    """Give the chance that the paired t test rejects at a true d_z and a number of pairs >= 2."""
    from scipy.special import stdtrit

    df, shift = pairs - 1, effect * pairs**0.5 * (-1 if side == "less" else 1)
    limit = float(stdtrit(df, 1 - alpha / (2 if side == "two-sided" else 1)))
    below = float(noncentral_t(limit, df, shift))
    other = float(noncentral_t(-limit, df, shift)) if side == "two-sided" else 0.0
    return 1 - below + other


def pairs_to_separate(
    effect: float, *, alpha: float = 0.05, chance: float = 0.8, side: Side = "two-sided"
) -> int | None:
    """Give the fewest pairs whose power at a true d_z is `chance`, or None if not in reach."""
    if effect == 0 or not np.isfinite(effect):
        return None if effect == 0 else 2
    return _fewest(lambda n: power(effect, n, alpha, side) >= chance)


def _fewest(enough: Callable[[int], bool]) -> int | None:
    """Give the least n >= 2 for which a claim that stays true is true."""
    high = 2
    while not enough(high):
        if high >= MOST:
            return None
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return max(2, high)
