"""The size of a difference, in standard deviations, with its interval.

    d_z   = mean(d) / sd(d)                            how clear the difference is, pair by pair
    g_av  = J mean(d) / sqrt((sd_a^2 + sd_b^2) / 2)    how large beside the spread of each arm

J = 1 - 3 / (4 (n - 1) - 1) takes out the bias of small n (Hedges 1981). The interval of d_z holds
the noncentrality of t (Steiger and Fouladi 1997); that of g_av is the same one in its units
(Algina and Keselman 2003).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from trainlab.comparison.statistics.interval import Array
from trainlab.comparison.statistics.noncentral import noncentral_t
from trainlab.comparison.statistics.student import moments

__all__ = ["Effect", "effect"]


@dataclass(frozen=True, kw_only=True)
class Effect:
    """Effect sizes of one comparison; None where they are not defined.

    They need two pairs, g_av three, that are finite and not all equal.
    """

    d_z: float | None = None
    d_z_low: float | None = None
    d_z_high: float | None = None
    g_av: float | None = None
    g_av_low: float | None = None
    g_av_high: float | None = None


def effect(first: Array, second: Array, level: float = 0.95) -> Effect:
    """Give the effect sizes of first - second, scores [n] in pairs."""
    with np.errstate(invalid="ignore"):
        differences = np.asarray(first, float) - np.asarray(second, float)
    found = moments(differences)
    n = found.n
    if n < 2 or found.flat or found.infinite:
        return Effect()
    d = float(found.mean / found.sd)
    low, high = _noncentrality(d * np.sqrt(n), n - 1, level)
    low, high = low / math.sqrt(n), high / math.sqrt(n)
    spread = float(np.sqrt((np.var(first, ddof=1) + np.var(second, ddof=1)) / 2))
    if n < 3:  # J is 0: of two pairs there is no estimate without bias
        return Effect(d_z=d, d_z_low=low, d_z_high=high)
    unit = _unbiased(n) * float(found.sd) / spread
    return Effect(
        d_z=d,
        d_z_low=low,
        d_z_high=high,
        g_av=d * unit,
        g_av_low=low * unit,
        g_av_high=high * unit,
    )


def _unbiased(n: int) -> float:
    return 1 - 3 / (4 * (n - 1) - 1)


def _noncentrality(t: float, df: int, level: float) -> tuple[float, float]:
    """Give the noncentralities at which t is the upper and the lower quantile."""
    from scipy.optimize import brentq

    reach = 10 + 3 * abs(t)

    def at(p: float) -> float:
        return float(brentq(lambda nc: float(noncentral_t(t, df, nc)) - p, t - reach, t + reach))

    return at((1 + level) / 2), at((1 - level) / 2)
