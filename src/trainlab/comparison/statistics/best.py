"""Which arm is the best: the chance of each, and the arms that are clearly not.

The chance: the means of all arms are redrawn together, pair by pair (a bootstrap with normal
multipliers, widened by the chi of n - 1 degrees of freedom). For two arms it is 1 - p of the
one-sided t test, so it is calibrated at three pairs too, where a plain bootstrap is too sure.

Beaten: arm i is, when some arm j is better at p <= alpha / (arms - 1), one-sided. Only comparisons
of the truly best arm can do harm, and there are arms - 1 of these, whoever it is: it is beaten with
chance at most alpha (Hsu 1981; Edwards and Hsu 1983). Having looked which arm leads is thereby paid
for, and so are arms that were dropped: the split stays as it was at the start.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from trainlab.comparison.statistics.interval import Array, Flags

__all__ = ["beaten", "chance_of_best", "order"]

WORST = 1e6
"""A run that diverged, in the widest range of the scores: large enough to be a limit."""


def order(arms: Sequence[Array]) -> list[int]:
    """Give the places of arms, best first: most pairs, fewest diverged, then the largest mean.

    An arm's goods [n] are larger where better, -inf where a run diverged; an arm that was dropped
    early has fewer.
    """
    rank = [(-len(row), np.isneginf(row).sum(), -_finite_mean(row)) for row in arms]
    return sorted(range(len(arms)), key=rank.__getitem__)


def chance_of_best(
    arms: Sequence[Array], *, overlap: float = 0.0, draws: int = 10_000, seed: int = 0
) -> Array:
    """Give each arm's chance that its true mean is the largest; equal means share it.

    Arms with fewer pairs than others were dropped: their chance is 0. `overlap` is that of the
    corrected t, where pairs are folds.
    """
    n = max(map(len, arms))
    there = np.array([len(row) == n for row in arms])
    chances = np.zeros(len(arms))
    if n < 2:
        return np.asarray(there / there.sum())
    values = _bounded(np.stack([row for row in arms if len(row) == n]))
    rng = np.random.default_rng((seed, n))
    off = values - values.mean(-1, keepdims=True)
    spread = rng.standard_normal((draws, n)) @ off.T / np.sqrt(n * (n - 1))
    spread *= np.sqrt((1 + n * overlap) * (n - 1) / rng.chisquare(n - 1, (draws, 1)))
    means = values.mean(-1) + spread
    tied = means >= means.max(-1, keepdims=True) - 1e-12 * np.abs(values).max()
    chances[there] = (tied / tied.sum(-1, keepdims=True)).mean(0)
    return chances


def beaten(p: Array, alpha: float, arms: int) -> Flags:
    """Give the arms [k] that some other is better than, from one-sided p[j, i]: j beats i.

    `arms` were there at the start: k, or more where some have been dropped.
    """
    return np.asarray((p <= alpha / max(1, arms - 1)).any(0))


def _finite_mean(row: Array) -> float:
    known = row[np.isfinite(row)]
    return float(known.mean()) if len(known) else -np.inf


def _bounded(goods: Array) -> Array:
    """Give scores whose -inf is far below all others, so that sums stay exact enough."""
    finite = goods[np.isfinite(goods)]
    if not len(finite):
        return np.zeros_like(goods)
    low, wide = float(finite.min()), float(np.ptp(finite)) or 1.0
    return np.asarray(np.where(np.isfinite(goods), goods - low, -WORST * wide))
