"""The bootstrap interval of a mean, bias-corrected and accelerated, for many rows at once.

    a1, a2 = Phi(z0 + (z0 + z) / (1 - a (z0 + z))),  z = the normal quantiles of the level

z0 says how far the median of the resampled means is from the mean, a how the spread changes with
the mean, from leaving out one pair at a time (Efron 1987). It follows skewness without naming a
law, but at ten pairs it covers less than it says, as bootstraps do.
"""

from __future__ import annotations

import numpy as np

from trainlab.comparison.statistics.interval import Array, Interval

__all__ = ["bca", "resampled_means"]


def bca(differences: Array, level: float = 0.95, *, draws: int = 10_000, seed: int = 0) -> Interval:
    """Give the BCa interval of the mean of rows [..., n]; equal differences have no width."""
    from scipy.special import ndtr, ndtri

    rows = np.asarray(differences, float)
    mean = np.asarray(rows.mean(-1))
    drawn = np.sort(resampled_means(rows, draws=draws, seed=seed), axis=-1)
    place = _share_below(drawn, mean)
    z0 = ndtri(np.clip(place, 0.5 / draws, 1 - 0.5 / draws))
    a = _acceleration(rows)
    ends = []
    for side in (-1, 1):
        z = z0 + side * ndtri((1 + level) / 2)
        ends.append(_quantiles(drawn, ndtr(z0 + z / (1 - a * z))))
    flat = rows.max(-1) == rows.min(-1)
    return Interval(mean, np.where(flat, mean, ends[0]), np.where(flat, mean, ends[1]))


def resampled_means(rows: Array, *, draws: int, seed: int) -> Array:
    """Give the means [..., draws] of pairs drawn with replacement; the same draw for every row."""
    n = rows.shape[-1]
    counts = np.random.default_rng((seed, n)).multinomial(n, np.full(n, 1 / n), size=draws)
    return np.asarray(rows @ (counts.T / n))


def _share_below(drawn: Array, mean: Array) -> Array:
    """Give the share of drawn means below the mean; those equal to it count half."""
    at = mean[..., None]
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
