"""The skew-adjusted t: the weaker of t and of Hall's t, as sure as t where nothing is skewed.

    g  = skewness n / (n + 8)        n pairs tell little of it: its variance is about 6 / n
    x  = min(t, Hall's t with g)     for `greater`; for `less` the larger, turned
    p  = mean over G of P(T >= the t at which both are x or more)

G is g of n normal differences. It does not depend on their mean and sd, so T given G is Student's,
and p and the interval are exact where the differences are normal: what the second t would cost is
given back. Why, and what it leaves: docs/design/0010-which-interval.md.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from trainlab.comparison.statistics.interval import Array, Interval, Side
from trainlab.comparison.statistics.student import (
    Moments,
    bounded,
    guarded,
    guarded_reach,
    hall_inverse,
    moments,
    quantile,
    settled,
    tail,
)

__all__ = ["adjusted_interval", "adjusted_p"]

PRIOR = 8
"""Pairs at which half of the skewness seen is believed: as if true ones had a sd of 0.9."""
DRAWN, POINTS = 2_000_000, 64
"""Normal numbers that the law of G is drawn from, and the points that stand for each half of it."""
SEED = 0x5E3D


def adjusted_p(differences: Array, side: Side = "two-sided") -> Array:
    """Give the p of rows [..., n]."""
    rows = np.asarray(differences, float)
    found = _shrunk(moments(rows))
    low, high = guarded(found)
    return settled(rows, found, side, (_beyond(low, found.n), _beyond(-high, found.n)))


def adjusted_interval(differences: Array, level: float = 0.95) -> Interval:
    """Give the means that `adjusted_p` does not reject."""
    rows = np.asarray(differences, float)
    found = _shrunk(moments(rows))
    return bounded(rows, level, found, guarded_reach(found, _limit((1 - level) / 2, found.n)))


def _shrunk(found: Moments) -> Moments:
    return replace(found, skew=found.skew * found.n / (found.n + PRIOR))


def _beyond(x: Array, n: int) -> Array:
    """Give how often t and Hall's t are both x or more, of n normal differences of mean 0."""
    needed = np.sqrt(n) * hall_inverse(np.asarray(x)[..., None] / np.sqrt(n), _skews(n), n)
    return np.asarray(tail(np.maximum(needed, np.asarray(x)[..., None]), n).mean(-1))


@cache
def _limit(beyond: float, n: int) -> float:
    """Give the x that is exceeded so often."""
    from scipy.optimize import brentq

    most = quantile(beyond, n)
    if n < 3:
        return most
    least = min(most - 10, most / 4)
    return float(brentq(lambda x: float(_beyond(np.asarray(x), n)) / beyond - 1, least, most + 1))


@cache
def _skews(n: int) -> Array:
    """Give points of the law of G, each as likely: quantiles of its size, both ways."""
    if n < 3:
        return np.zeros(1)
    rows = np.random.default_rng((SEED, n)).standard_normal((max(200, DRAWN // max(n, 100)), n))
    sizes = np.quantile(np.abs(_shrunk(moments(rows)).skew), (np.arange(POINTS) + 0.5) / POINTS)
    return np.concatenate([-sizes, sizes])
