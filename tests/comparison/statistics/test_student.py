from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from trainlab.comparison.statistics.interval import Side
from trainlab.comparison.statistics.student import (
    guarded_interval,
    guarded_p,
    moments,
    t_interval,
    t_p,
)

ROWS = arrays(float, st.integers(3, 12), elements=st.integers(-50, 50).map(float))


@pytest.mark.parametrize("side", ["two-sided", "greater", "less"])
def test_it_is_scipys_paired_t(side: Side) -> None:
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 5, 7))
    found = stats.ttest_rel(a, b, axis=-1, alternative=side)
    np.testing.assert_allclose(t_p(a - b, side), found.pvalue, rtol=1e-10)
    ends = stats.ttest_rel(a, b, axis=-1).confidence_interval(0.9)
    np.testing.assert_allclose(t_interval(a - b, 0.9)[1:], ends, rtol=1e-10)


def test_the_correction_for_folds_is_that_of_the_paper() -> None:
    d = np.random.default_rng(1).normal(1, 1, 10)
    t = d.mean() / np.sqrt((1 / 10 + 1 / 9) * d.var(ddof=1))
    assert t_p(d, overlap=1 / 9) == pytest.approx(2 * stats.t.sf(abs(t), 9))
    half = stats.t.isf(0.025, 9) * np.sqrt((1 / 10 + 1 / 9) * d.var(ddof=1))
    assert t_interval(d, overlap=1 / 9).high == pytest.approx(d.mean() + half)


def test_the_skewness_is_the_unbiased_one() -> None:
    d = np.random.default_rng(2).exponential(size=9)
    third = stats.kstat(d, 3)
    assert moments(d).skew == pytest.approx(third / d.std(ddof=1) ** 3)


@given(ROWS)
def test_the_guard_is_never_more_sure(row: np.ndarray) -> None:
    for side in ("greater", "less", "two-sided"):
        assert guarded_p(row, side) >= t_p(row, side) - 1e-12
        assert guarded_p(-row, side) == pytest.approx(
            guarded_p(row, {"greater": "less", "less": "greater"}.get(side, side))
        )


@given(ROWS, st.sampled_from([0.8, 0.95, 0.99]))
def test_the_guarded_interval_holds_what_the_test_does_not_reject(
    row: np.ndarray, level: float
) -> None:
    _, low, high = guarded_interval(row, level)
    if not np.isfinite(low) or low == high:
        return
    step = 1e-6 * (high - low)
    for end, out in ((low, -step), (high, step)):
        assert guarded_p(row - end - out) <= 1 - level
        assert guarded_p(row - end + out) > 1 - level


def test_without_skew_the_guard_is_t() -> None:
    row = np.array([-3.0, -1.0, 0.0, 1.0, 3.0]) + 1
    assert guarded_p(row) == pytest.approx(t_p(row))
    np.testing.assert_allclose(guarded_interval(row), t_interval(row))


@pytest.mark.parametrize("p", [t_p, guarded_p])
def test_equal_differences_count_as_sign_flips(p) -> None:
    rows = np.array([[2.0] * 6, [0.0] * 6, [-0.1] * 6])
    assert p(rows).tolist() == [2.0**-5, 1.0, 2.0**-5]
    assert p(rows, "less").tolist() == [1.0, 1.0, 2.0**-6]
    assert p(np.array([3.0])) == 1


@pytest.mark.parametrize("interval", [t_interval, guarded_interval])
def test_equal_differences_bound_once_the_test_can_reject(interval) -> None:
    assert interval(np.full(5, 2.0))[1:] == (-np.inf, np.inf)
    np.testing.assert_allclose(interval(np.full(6, 2.0)), 2.0)
    assert interval(np.array([1.0]))[1:] == (-np.inf, np.inf)


def test_infinite_rows_are_judged_by_sign_flips_and_others_by_t() -> None:
    rows = np.array([[np.inf, 1, 2, 3, 4, 5, 6], [0.5, 1, 2, 3, 4, 5, 6]])
    assert t_p(rows)[0] == 2 * 2.0**-7
    assert t_p(rows)[1] == pytest.approx(stats.ttest_1samp(rows[1], 0).pvalue)
    estimate, low, high = t_interval(rows)
    assert estimate[0] == high[0] == np.inf and 0 < low[0] < np.inf
    assert np.isfinite([low[1], high[1]]).all()


NULLS = {
    "normal": lambda rng, size: rng.standard_normal(size),
    "heavy": lambda rng, size: rng.standard_t(3, size),
    "counts": lambda rng, size: (
        rng.binomial(45, 0.95, size) / 45.0 - rng.binomial(45, 0.95, size) / 45
    ),
    "ties": lambda rng, size: rng.choice([-1.0, 0.0, 0.0, 0.0, 0.0, 1.0], size),
}


@pytest.mark.parametrize("name", NULLS)
@pytest.mark.parametrize("n", [3, 5, 8, 20])
def test_under_the_null_both_err_at_most_alpha(name: str, n: int) -> None:
    rows = NULLS[name](np.random.default_rng(n), (6000, n))
    noise = 3.3 * np.sqrt(0.05 * 0.95 / 6000)
    assert (t_p(rows) <= 0.05).mean() <= 0.05 + noise
    assert (guarded_p(rows) <= 0.05).mean() <= 0.05 + noise
    if name == "normal":
        assert (t_p(rows) <= 0.05).mean() >= 0.05 - noise


def test_the_guard_takes_out_most_of_what_skew_does() -> None:
    rows = np.random.default_rng(0).exponential(size=(6000, 12)) - 1
    t, guarded = (t_p(rows) <= 0.05).mean(), (guarded_p(rows) <= 0.05).mean()
    assert t > 0.08 and guarded < 0.065
