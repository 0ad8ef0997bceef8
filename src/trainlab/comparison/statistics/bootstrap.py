"""The bootstrap interval of a mean, bias-corrected and accelerated, for many rows at once.

    a1, a2 = Phi(z0 + (z0 + z) / (1 - a (z0 + z))),  z = the normal quantiles of the level
    p      = Phi(z) at the z whose end is 0

z0 says how far the median of the resampled means is from the mean, a how the spread changes with
the mean, from leaving out one pair at a time (Efron 1987). It follows skewness without naming a
law, but at ten pairs it covers less than it says, as bootstraps do. Equal and infinite differences
are judged by the two laws of the t test: there is nothing to resample.
"""

from __future__ import annotations

import numpy as np

from trainlab.comparison.statistics.interval import Array, Flags, Interval, Side, two_sided
from trainlab.comparison.statistics.student import moments, t_interval, t_p

__all__ = ["bca_interval", "bca_p", "resampled_means"]

DRAWS = 10_000
SEED = 0
RARE = 0.5 / DRAWS
"""A share of the draws that none, or all, stand for."""


def bca_interval(differences: Array, level: float = 0.95) -> Interval:
    """Give the BCa interval of the mean of rows [..., n]."""
    from scipy.special import ndtr, ndtri

    rows = np.asarray(differences, float)
    usual, given = _usual(rows), t_interval(rows, level)
    rows = np.where(usual[..., None], rows, 0.0)
    drawn = np.sort(resampled_means(rows, draws=DRAWS, seed=SEED), axis=-1)
    z0, a = _place(drawn, rows.mean(-1)), _acceleration(rows)
    ends = []
    for side in (-1, 1):
        z = z0 + side * ndtri((1 + level) / 2)
        ends.append(_quantiles(drawn, ndtr(z0 + z / (1 - a * z))))
    low, high = (np.where(usual, end, g) for end, g in zip(ends, given[1:], strict=True))
    return Interval(given.estimate, low, high)


def bca_p(differences: Array, side: Side = "two-sided") -> Array:
    """Give the level at which an end of the BCa interval of rows [..., n] is 0."""
    from scipy.special import ndtr

    if side != "greater":
        less = bca_p(-np.asarray(differences, float), "greater")
        return less if side == "less" else two_sided(bca_p(differences, "greater"), less)
    rows = np.asarray(differences, float)
    usual, given = _usual(rows), t_p(rows, side)
    rows = np.where(usual[..., None], rows, 0.0)
    drawn = resampled_means(rows, draws=DRAWS, seed=SEED)
    z0, a = _place(drawn, rows.mean(-1)), _acceleration(rows)
    off = _place(drawn, np.zeros(rows.shape[:-1])) - z0
    z = off / np.maximum(1 + a * off, 1e-3) - z0
    return np.where(usual, np.clip(ndtr(z), RARE, 1 - RARE), given)


def resampled_means(rows: Array, *, draws: int, seed: int) -> Array:
    """Give the means [..., draws] of pairs drawn with replacement; the same draw for every row."""
    n = rows.shape[-1]
    counts = np.random.default_rng((seed, n)).multinomial(n, np.full(n, 1 / n), size=draws)
    return np.asarray(rows @ (counts.T / n))


def _usual(rows: Array) -> Flags:
    """Tell the rows that are finite and not all of one difference."""
    found = moments(rows)
    return ~(found.flat | found.infinite)


def _place(drawn: Array, at: Array) -> Array:
    """Give where values lie among the drawn means, as a normal quantile."""
    from scipy.special import ndtri

    return np.asarray(ndtri(np.clip(_share_below(drawn, at), RARE, 1 - RARE)))


def _share_below(drawn: Array, values: Array) -> Array:
    """Give the share of drawn means below a value; those equal to it count half."""
    at = values[..., None]
    near = np.abs(drawn - at) <= 1e-12 * np.abs(drawn).max(-1, keepdims=True)
    return np.asarray(((drawn < at) & ~near).mean(-1) + near.mean(-1) / 2)


def _acceleration(rows: Array) -> Array:
    """Give a of the mean: the skewness of the jackknife's means over 6."""
    off = rows - rows.mean(-1, keepdims=True)
    spread = (off**2).sum(-1) ** 1.5
    return np.asarray((off**3).sum(-1) / (6 * np.where(spread > 0, spread, 1.0)))


def _quantiles(ordered: Array, at: Array) -> Array:
    """Give the quantile of each row of ordered values [..., m] at its own place."""
    places = np.clip(at, 0, 1) * (ordered.shape[-1] - 1)
    lower = np.floor(places).astype(int)
    upper = np.minimum(lower + 1, ordered.shape[-1] - 1)
    below = np.take_along_axis(ordered, lower[..., None], -1)[..., 0]
    above = np.take_along_axis(ordered, upper[..., None], -1)[..., 0]
    return np.asarray(below + (places - lower) * (above - below))
