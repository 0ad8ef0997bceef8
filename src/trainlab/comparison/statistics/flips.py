"""The sign-flip test: if two arms are the same, each difference could as well have been negative.

    p = share of sign patterns whose sum is at least the sum seen, the pattern seen included

It needs differences that are symmetric about their mean, and nothing else. A sum with the
differences of S flipped is at least the sum seen just when mean(S) <= 0. So one list of all subset
means gives the p at every hypothetical mean, and with it the interval (Hartigan 1969).

A run that diverged is an infinite difference and outweighs all finite ones together.
"""

from __future__ import annotations

import numpy as np

from trainlab.comparison.statistics.interval import Array, Interval, Side, two_sided

__all__ = ["flip_interval", "flip_p", "subset_means"]

EXACT = 16
"""Pairs up to which all 2^n patterns are seen; above, `DRAWS` of them are drawn."""
DRAWS = 20_000
SEED = 0x5160F11B
ROUNDING = 1e-12
"""Means nearer to 0 than this, relative to the largest difference, are 0: a tie."""
ROWS = 32
"""Rows worked on at once: at 16 pairs, 2^16 subset means each."""


def flip_p(differences: Array, side: Side = "two-sided") -> Array:
    """Give the p of rows of differences [..., n]; valid at every n, never below 2^-n a side."""
    means, size = subset_means(differences)
    total = means.shape[-1] + 1
    greater = (1 + (means <= ROUNDING * size).sum(-1)) / total
    less = (1 + (means >= -ROUNDING * size).sum(-1)) / total
    if side == "two-sided":
        return two_sided(greater, less)
    return np.asarray(greater if side == "greater" else less)


def flip_interval(differences: Array, level: float = 0.95) -> Interval:
    """Give the means that the test does not reject: order statistics of the subset means.

    With few pairs (2^-n above half of 1 - level) nothing is rejected, and the interval is the line.
    """
    means, size = subset_means(differences)
    means = np.sort(means, axis=-1)
    beyond = int((1 - level) / 2 * (means.shape[-1] + 1) + ROUNDING)
    with np.errstate(invalid="ignore"):  # infinite both ways: there is no mean
        estimate = np.asarray(np.mean(differences, axis=-1), float)
    if beyond == 0:
        return Interval(estimate, np.full_like(estimate, -np.inf), np.full_like(estimate, np.inf))
    low, high = means[..., beyond - 1], means[..., -beyond]
    return Interval(estimate, _unbounded(low, size), _unbounded(high, size))


def subset_means(differences: Array) -> tuple[Array, Array]:
    """Give the means [..., m] of non-empty subsets of each row, and the row's size [..., 1].

    All 2^n - 1 subsets, or above `EXACT` pairs as many as are drawn, each pair with chance 1/2.
    """
    finite, size = _finite(np.asarray(differences, float))
    n = finite.shape[-1]
    rows = finite.reshape(-1, n)
    chosen = _subsets(n)
    counts = chosen.sum(1)
    parts = [rows[i : i + ROWS] @ chosen.T for i in range(0, len(rows), ROWS)]
    sums = np.concatenate(parts) if parts else np.empty((0, len(chosen)))
    return (sums / counts).reshape(*finite.shape[:-1], -1), size


def _finite(values: Array) -> tuple[Array, Array]:
    """Give finite rows and the largest finite size of each, [..., 1]."""
    known = np.where(np.isfinite(values), np.abs(values), 0.0)
    size = known.max(-1, keepdims=True)
    beyond = 4.0 * values.shape[-1] * np.where(size > 0, size, 1.0)
    return np.clip(values, -beyond, beyond), size


def _unbounded(limit: Array, size: Array) -> Array:
    """Give infinity where the limit stands for an infinite difference's share of a mean."""
    beyond = np.abs(limit) > size[..., 0] * (1 + ROUNDING)
    infinite: Array = np.where(beyond, np.copysign(np.inf, limit), limit)
    return infinite


def _subsets(n: int) -> Array:
    """Give rows of 0 and 1, [m, n], none of them empty."""
    if n <= EXACT:
        return ((np.arange(1, 2**n)[:, None] >> np.arange(n)) & 1).astype(float)
    drawn = np.random.default_rng((SEED, n)).integers(0, 2, (DRAWS, n)).astype(float)
    return drawn[drawn.any(1)]
