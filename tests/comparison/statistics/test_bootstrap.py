from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import bootstrap

from trainlab.comparison.statistics.bootstrap import bca, resampled_means


@pytest.mark.parametrize("level", [0.9, 0.95])
def test_it_is_scipys_bca_up_to_the_draw(level: float) -> None:
    rows = np.random.default_rng(0).exponential(size=(4, 25))
    found = bca(rows, level, draws=40_000)
    for k, row in enumerate(rows):
        theirs = bootstrap(
            (row,), np.mean, confidence_level=level, n_resamples=40_000, rng=1, method="BCa"
        ).confidence_interval
        width = theirs.high - theirs.low
        assert found.low[k] == pytest.approx(theirs.low, abs=0.015 * width)
        assert found.high[k] == pytest.approx(theirs.high, abs=0.025 * width)


def test_rows_are_independent_and_the_seed_decides() -> None:
    rows = np.random.default_rng(1).normal(size=(3, 9))
    together = bca(rows, draws=2000)
    np.testing.assert_allclose(bca(rows[1], draws=2000), np.array(together)[:, 1])
    assert not np.array_equal(bca(rows, draws=2000, seed=1).low, together.low)


def test_equal_differences_have_no_width() -> None:
    np.testing.assert_allclose(bca(np.full((2, 4), 3.0), draws=500), 3.0)


def test_resampled_means_spread_as_the_mean_does() -> None:
    row = np.random.default_rng(2).normal(size=20)
    drawn = resampled_means(row, draws=20_000, seed=0)
    assert drawn.std() == pytest.approx(row.std() / np.sqrt(20), rel=0.03)
