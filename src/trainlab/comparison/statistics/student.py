"""The paired t test, guarded against skew, and corrected for folds, each with its interval.

    t         = mean / (s sqrt(1/n)),  n - 1 degrees of freedom
    folds     : s sqrt(1/n + overlap) instead, overlap = test size / training size, since the
                training sets share examples (Nadeau & Bengio 2003, section 4)
    guarded   : the weaker of t and Hall's t, whose skewness is taken out (Hall 1992)

Hall's t: with d = mean / s and the skewness g,  q = sqrt(n) (d + g d^2/3 + g^2 d^3/27 + g/6n).

Two laws beside these. Equal differences: their sd tells nothing, so p is that of the sign-flip
test, 2^-n a side. Infinite differences, from runs that diverged: the row is judged by sign flips.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trainlab.comparison.statistics.flips import flip_interval, flip_p
from trainlab.comparison.statistics.interval import Array, Flags, Interval, Side, two_sided

__all__ = [
    "Moments",
    "bounded",
    "guarded",
    "guarded_interval",
    "guarded_p",
    "guarded_reach",
    "hall_inverse",
    "moments",
    "of_sums",
    "quantile",
    "settled",
    "students",
    "t_interval",
    "t_p",
    "tail",
]

LIMIT = 1e9
"""A quantile beyond this has no limit: the t interval is the line."""
FLAT = 1e-10
"""A sd smaller than this, relative to the largest difference, is 0."""


@dataclass(frozen=True)
class Moments:
    """What a t test reads of rows [..., n]: arrays [...]."""

    n: int
    mean: Array
    sd: Array
    """1 where the differences are equal, so that nothing divides by 0."""
    skew: Array
    """Unbiased third moment over s^3; 0 below three pairs."""
    flat: Flags
    infinite: Flags


def t_p(differences: Array, side: Side = "two-sided", overlap: float = 0.0) -> Array:
    """Give the p of Student's t for rows [..., n]; `overlap` is 0 unless pairs are folds."""
    rows = np.asarray(differences, float)
    found = moments(rows)
    t = students(found) / np.sqrt(1 + found.n * overlap)
    return settled(rows, found, side, (tail(t, found.n), tail(-t, found.n)))


def guarded_p(differences: Array, side: Side = "two-sided") -> Array:
    """Give the larger p of t and of Hall's t: costs little where there is no skew."""
    rows = np.asarray(differences, float)
    found = moments(rows)
    low, high = guarded(found)
    return settled(rows, found, side, (tail(low, found.n), tail(-high, found.n)))


def students(found: Moments) -> Array:
    """Give Student's t."""
    return np.asarray(found.mean / found.sd * np.sqrt(found.n))


def guarded(found: Moments) -> tuple[Array, Array]:
    """Give the smaller and the larger of t and Hall's t."""
    d, g, n = found.mean / found.sd, found.skew, found.n
    t = students(found)
    hall = np.sqrt(n) * (d + g * d * d / 3 + g * g * d * d * d / 27 + g / (6 * n))
    return np.minimum(t, hall), np.maximum(t, hall)


def t_interval(differences: Array, level: float = 0.95, overlap: float = 0.0) -> Interval:
    """Give the interval of the mean of rows [..., n]."""
    rows = np.asarray(differences, float)
    found = moments(rows)
    half = quantile((1 - level) / 2, found.n) * found.sd * np.sqrt(1 / found.n + overlap)
    return bounded(rows, level, found, Interval(found.mean, found.mean - half, found.mean + half))


def guarded_interval(differences: Array, level: float = 0.95) -> Interval:
    """Give the hull of the t interval and of Hall's: the means that `guarded_p` does not reject."""
    rows = np.asarray(differences, float)
    found = moments(rows)
    return bounded(rows, level, found, guarded_reach(found, quantile((1 - level) / 2, found.n)))


def guarded_reach(found: Moments, q: float) -> Interval:
    """Give the means at which neither t nor Hall's t is beyond -q or q."""
    root, near = np.sqrt(found.n), min(q, LIMIT)
    up, down = (hall_inverse(end / root, found.skew, found.n) for end in (near, -near))
    hall = Interval(found.mean, found.mean - found.sd * up, found.mean - found.sd * down)
    half = q * found.sd / root
    return Interval(found.mean, found.mean - half, found.mean + half).hull(hall)


def moments(rows: Array) -> Moments:
    """Give the moments of rows [..., n]; those of infinite rows are placeholders."""
    infinite = np.asarray(~np.isfinite(rows).all(-1))
    finite = np.where(infinite[..., None], 0.0, rows)
    mean = np.asarray(finite.mean(-1))
    off = finite - mean[..., None]
    square = off * off
    sums = (np.asarray(square.sum(-1)), np.asarray((square * off).sum(-1)))
    return of_sums(rows.shape[-1], mean, sums, (np.abs(finite).max(-1), infinite))


def of_sums(n: int, mean: Array, sums: tuple[Array, Array], rest: tuple[Array, Flags]) -> Moments:
    """Make moments of n, the mean, the sums of (d - mean)^2 and ^3, the largest |d|, infinity."""
    sd = np.sqrt(sums[0] / max(1, n - 1))
    flat = np.asarray(sd <= FLAT * rest[0])
    sd = np.where(flat, 1.0, sd)
    unbias = n / ((n - 1) * (n - 2)) if n > 2 else 0.0
    return Moments(n, mean, sd, sums[1] * unbias / (sd * sd * sd), flat, rest[1])


def quantile(beyond: float, n: int) -> float:
    """Give the t of n pairs that a share of its law lies beyond."""
    from scipy.special import stdtrit

    return float(stdtrit(n - 1, 1 - beyond)) if n > 1 else np.inf


def tail(t: Array, n: int) -> Array:
    """Give the share of the law of t that lies beyond."""
    from scipy.special import stdtr

    return np.asarray(stdtr(max(1, n - 1), -t))


def hall_inverse(q: Array | float, skew: Array, n: int) -> Array:
    """Give the d whose Hall's t is q sqrt(n)."""
    y = q - skew / (6 * n)
    root = np.cbrt(1 + skew * y)
    return np.asarray(3 * y / (root**2 + root + 1))


def settled(rows: Array, found: Moments, side: Side, tails: tuple[Array, Array]) -> Array:
    """Give p of those of greater and of less; of flat and infinite rows by the two laws."""
    sides = {"greater": tails[0], "less": tails[1], "two-sided": two_sided(*tails)}
    p = np.where(found.flat, _flat_p(found, side), sides[side])
    if found.infinite.any():
        p[found.infinite] = flip_p(rows[found.infinite], side)
    return np.asarray(p)


def _flat_p(found: Moments, side: Side) -> Array:
    """Give the sign-flip p of n equal differences."""
    least = 2.0**-found.n
    greater = np.where(found.mean > 0, least, 1.0)
    less = np.where(found.mean < 0, least, 1.0)
    if side == "two-sided":
        return two_sided(greater, less)
    return greater if side == "greater" else less


def bounded(rows: Array, level: float, found: Moments, given: Interval) -> Interval:
    """Give an interval by the two laws where the differences are equal or infinite."""
    tells = 2.0**-found.n <= (1 - level) / 2
    reach = np.where(found.flat, 0.0 if tells else np.inf, 0.0)
    low = np.asarray(np.where(found.flat, found.mean, given.low) - reach)
    high = np.asarray(np.where(found.flat, found.mean, given.high) + reach)
    estimate = np.array(found.mean)
    if found.infinite.any():
        flipped = flip_interval(rows[found.infinite], level)
        at = found.infinite
        estimate[at], low[at], high[at] = flipped
    return Interval(estimate, low, high)
