"""The law of t where the true mean is not 0, by quadrature.

    P(T <= t) = E Phi(t S - shift),  S^2 = chi^2 / df

over 400 even steps of the normal score of S. scipy.stats.nct (1.17) is the oracle where it answers;
it gives nan at many places that intervals of effect sizes pass through.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from trainlab.comparison.statistics.interval import Array

__all__ = ["noncentral_t"]

REACH = 8.0
"""Normal scores beyond this have no weight in float64."""
STEPS = 400


def noncentral_t(t: Array | float, df: int, shift: Array | float) -> Array:
    """Give P(T <= t) for arrays that broadcast."""
    from scipy.special import ndtr

    spread, weight = _spread(df)
    t, shift = np.asarray(t, float)[..., None], np.asarray(shift, float)[..., None]
    return np.asarray(ndtr(t * spread - shift) @ weight)


@cache
def _spread(df: int) -> tuple[Array, Array]:
    """Give values of S and their weights."""
    from scipy.special import chdtri, ndtr

    score = np.linspace(-REACH, REACH, STEPS)
    weight = np.exp(-(score**2) / 2)
    return np.sqrt(chdtri(df, ndtr(-score)) / df), weight / weight.sum()
