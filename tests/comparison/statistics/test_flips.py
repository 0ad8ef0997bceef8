from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import permutation_test

from trainlab.comparison.statistics.flips import EXACT, flip_interval, flip_p, subset_means
from trainlab.comparison.statistics.interval import Side

ROWS = st.lists(st.integers(-9, 9), min_size=1, max_size=9).map(lambda row: np.array(row) / 4)


@pytest.mark.parametrize("side", ["two-sided", "greater", "less"])
@pytest.mark.parametrize("seed", range(4))
def test_it_is_scipys_permutation_of_samples(side: Side, seed: int) -> None:
    row = np.random.default_rng(seed).normal(0.3, 1, 9).round(seed)
    found = permutation_test(
        (row,), np.mean, permutation_type="samples", n_resamples=np.inf, alternative=side
    )
    assert flip_p(row, side) == pytest.approx(found.pvalue, abs=1e-12)


@given(ROWS)
def test_p_is_a_share_of_patterns_and_turns_with_the_row(row: np.ndarray) -> None:
    greater, less = flip_p(row, "greater"), flip_p(row, "less")
    assert flip_p(-row, "greater") == less
    assert greater + less >= 1
    assert min(greater, less) >= 2.0 ** -len(row)
    assert (greater * 2 ** len(row)) % 1 == 0


@given(ROWS, st.sampled_from([0.5, 0.8, 0.95]))
def test_the_interval_holds_what_the_test_does_not_reject(row: np.ndarray, level: float) -> None:
    _, low, high = flip_interval(row, level)
    alpha = 1 - level
    assert flip_p(row - row.mean()) > alpha or low <= row.mean() <= high
    for end, outside in ((low, -1e-6), (high, 1e-6)):
        if np.isfinite(end):
            assert flip_p(row - (end + outside)) <= alpha + 1e-9
            inside = end - 2 * outside
            if low < inside < high:
                assert flip_p(row - inside) > alpha - 1e-9


def test_few_pairs_bound_nothing() -> None:
    assert flip_interval(np.arange(5.0))[1:] == (-np.inf, np.inf)
    assert np.isfinite(flip_interval(np.arange(6.0))).all()


def test_a_run_that_diverged_outweighs_all_others() -> None:
    lost = np.array([np.inf, -1.0, -2.0, -3.0, -1.0, -2.0])
    assert flip_p(lost, "greater") == 0.5
    assert flip_p(np.full(6, np.inf)) == 2 * 2.0**-6
    assert flip_p(np.full(6, np.inf), "less") == 1
    assert flip_interval(np.full(6, -np.inf))[1:] == (-np.inf, -np.inf)
    even = np.array([np.inf, -np.inf, 1.0, 1.0])
    assert flip_p(even, "greater") == (4 + 2) / 16


def test_no_difference_says_nothing() -> None:
    assert flip_p(np.zeros((2, 7))).tolist() == [1.0, 1.0]


def test_above_the_exact_size_patterns_are_drawn_and_the_one_seen_counts() -> None:
    rows = np.random.default_rng(0).normal(0.35, 1, (3, EXACT + 6))
    exact = permutation_test(
        (rows[0],), np.mean, permutation_type="samples", n_resamples=99_999, rng=1
    )
    assert flip_p(rows)[0] == pytest.approx(exact.pvalue, abs=0.01)
    assert (flip_p(rows) == flip_p(rows)).all()
    assert flip_p(rows + 9, "greater").min() > 0
    assert subset_means(rows)[0].shape[0] == 3


def test_under_the_null_it_errs_at_most_alpha() -> None:
    rng = np.random.default_rng(3)
    rows = rng.standard_t(2, (3000, 8)) * rng.exponential(size=(3000, 1))
    for alpha in (0.05, 0.1):
        assert (flip_p(rows) <= alpha).mean() <= alpha + 3 * np.sqrt(alpha / 3000)


def test_lost_on_both_sides_it_has_no_mean_and_gives_no_warning() -> None:
    found = flip_interval(np.array([np.inf, -np.inf, 1.0, 1.0, 2.0, 1.0]))
    assert np.isnan(found.estimate)
