from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import bootstrap

from trainlab.comparison.statistics.bootstrap import bca_interval, bca_p, resampled_means
from trainlab.comparison.statistics.student import t_interval, t_p


@pytest.mark.parametrize("level", [0.9, 0.95])
def test_it_is_scipys_bca_up_to_the_draw(level: float) -> None:
    rows = np.random.default_rng(0).exponential(size=(4, 25))
    found = bca_interval(rows, level)
    for k, row in enumerate(rows):
        theirs = bootstrap(
            (row,), np.mean, confidence_level=level, n_resamples=40_000, rng=1, method="BCa"
        ).confidence_interval
        width = theirs.high - theirs.low
        assert found.low[k] == pytest.approx(theirs.low, abs=0.03 * width)
        assert found.high[k] == pytest.approx(theirs.high, abs=0.05 * width)


def test_p_is_the_level_at_which_an_end_is_zero() -> None:
    rows = np.random.default_rng(3).exponential(size=(5, 20)) - 0.8
    p, towards = bca_p(rows), bca_p(rows, "greater")
    for k, row in enumerate(rows):
        low, high = (float(end) for end in bca_interval(row, 1 - float(p[k]))[1:])
        end = low if towards[k] < 0.5 else high
        assert end == pytest.approx(0, abs=0.03 * (high - low))
    np.testing.assert_allclose(towards + bca_p(rows, "less"), 1)


def test_rows_are_independent() -> None:
    rows = np.random.default_rng(1).normal(size=(3, 9))
    np.testing.assert_allclose(bca_interval(rows[1]), np.array(bca_interval(rows))[:, 1])
    assert bca_p(rows[1]) == bca_p(rows)[1]


@pytest.mark.parametrize("row", [np.full(8, 3.0), np.zeros(8), np.array([np.inf, *range(7)])])
def test_what_cannot_be_resampled_is_judged_as_by_t(row: np.ndarray) -> None:
    assert bca_p(row) == t_p(row)
    np.testing.assert_array_equal(bca_interval(row), t_interval(row))


def test_resampled_means_spread_as_the_mean_does() -> None:
    row = np.random.default_rng(2).normal(size=20)
    drawn = resampled_means(row, draws=20_000, seed=0)
    assert drawn.std() == pytest.approx(row.std() / np.sqrt(20), rel=0.03)
