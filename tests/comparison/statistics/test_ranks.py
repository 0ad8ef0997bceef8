from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import permutation_test, rankdata, wilcoxon

from trainlab.comparison.statistics.interval import Side
from trainlab.comparison.statistics.ranks import rank_interval, rank_p


@pytest.mark.parametrize("side", ["two-sided", "greater", "less"])
@pytest.mark.parametrize("n", [3, 8, 30])
def test_it_is_scipys_exact_wilcoxon(side: Side, n: int) -> None:
    rows = np.random.default_rng(n).normal(0.2, 1, (4, n))
    found = [wilcoxon(row, alternative=side, method="exact").pvalue for row in rows]
    np.testing.assert_allclose(rank_p(rows, side), found, rtol=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_with_ties_and_zeros_the_law_stays_exact(seed: int) -> None:
    row = np.random.default_rng(seed).integers(-2, 4, 9).astype(float)
    kept = row[row != 0]

    def statistic(d: np.ndarray, axis: int = -1) -> np.ndarray:
        ranks = rankdata(np.abs(d), axis=axis)
        return (ranks * (d > 0)).sum(axis=axis)

    found = permutation_test(
        (kept,), statistic, permutation_type="samples", n_resamples=np.inf, alternative="greater"
    )
    assert rank_p(row, "greater") == pytest.approx(found.pvalue)


def test_degenerate_rows() -> None:
    assert rank_p(np.zeros(5)) == 1
    assert rank_p(np.array([np.inf, 1, 2, 3, 4, 5])) == 2 * 2.0**-6
    assert rank_interval(np.arange(4.0))[1:] == (-np.inf, np.inf)
    assert rank_interval(np.array([np.inf, 1.0, 1.0, 1.0, 1.0])).estimate == 1


def test_the_interval_holds_what_the_test_does_not_reject() -> None:
    row = np.random.default_rng(4).normal(1, 2, 11)
    estimate, low, high = rank_interval(row)
    assert low < estimate < high
    means = [(a + b) / 2 for i, a in enumerate(row) for b in row[i:]]
    assert estimate == pytest.approx(np.median(means))
    for end, out in ((low, -1e-6), (high, 1e-6)):
        assert rank_p(row - end - out) <= 0.05 < rank_p(row - end + out)


def test_the_pseudo_median_does_not_follow_one_wild_difference() -> None:
    row = np.array([1.0, 1.1, 0.9, 1.0, 1.2, 0.8, 1e9])
    assert rank_interval(row).estimate == pytest.approx(1.0, abs=0.15)
