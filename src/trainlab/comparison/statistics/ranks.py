"""The signed-rank test of Wilcoxon, exact with ties, and the Hodges-Lehmann estimate with it.

W is the sum of the ranks of |d| where d > 0; ties share their mean rank, zeros are left out. Its
law under sign flips is counted out, rank by rank. The estimate is the median of all means of two,
which a few wild differences do not move; the interval is made of their order.
"""

from __future__ import annotations

import numpy as np

from trainlab.comparison.statistics.interval import Array, Interval, Side, two_sided

__all__ = ["rank_interval", "rank_p"]


def rank_p(differences: Array, side: Side = "two-sided") -> Array:
    """Give the exact p of rows of differences [..., n]; 1 where all are zero."""
    rows = np.asarray(differences, float)
    found = np.array([_one(row) for row in rows.reshape(-1, rows.shape[-1])]).reshape(-1, 2)
    greater, less = found.T.reshape(2, *rows.shape[:-1])
    if side == "two-sided":
        return two_sided(greater, less)
    return np.asarray(greater if side == "greater" else less)


def rank_interval(differences: Array, level: float = 0.95) -> Interval:
    """Give the Hodges-Lehmann estimate of rows [..., n]: the median of all means of two.

    The interval holds the shifts that the test without ties leaves.
    """
    means = _walsh(np.asarray(differences, float))
    n = np.shape(differences)[-1]
    below = np.cumsum(_law(np.arange(2, 2 * n + 2, 2)))[::2]
    beyond = int((below <= (1 - level) / 2).sum())
    estimate = np.asarray(np.median(means, axis=-1))
    if beyond == 0:
        return Interval(estimate, np.full_like(estimate, -np.inf), np.full_like(estimate, np.inf))
    return Interval(estimate, means[..., beyond - 1], means[..., -beyond])


def _one(row: Array) -> tuple[float, float]:
    """Give P(W >= seen) and P(W <= seen) of one row."""
    from scipy.stats import rankdata

    row = row[row != 0]
    if not len(row):
        return 1.0, 1.0
    ranks = np.rint(2 * rankdata(np.abs(row))).astype(int)
    law, seen = _law(ranks), int(ranks[row > 0].sum())
    return min(1.0, float(law[seen:].sum())), min(1.0, float(law[: seen + 1].sum()))


def _law(ranks: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Array:
    """Give the chance of each sum 0, 1, ... of ranks that are each taken or left evenly."""
    law = np.zeros(int(ranks.sum()) + 1)
    law[0] = 1.0
    for rank in ranks:
        law[rank:] = (law[rank:] + law[:-rank]) / 2
        law[:rank] /= 2
    return law


def _walsh(rows: Array) -> Array:
    """Give the means of two of rows [..., n], in order: [..., n(n+1)/2]; opposite ends make 0."""
    i, j = np.triu_indices(rows.shape[-1])
    with np.errstate(invalid="ignore"):
        means = (rows[..., i] + rows[..., j]) / 2
    return np.sort(np.nan_to_num(means, nan=0.0, posinf=np.inf, neginf=-np.inf), axis=-1)
