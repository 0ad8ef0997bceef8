from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from trainlab.comparison.statistics.adjusted import adjusted_interval, adjusted_p
from trainlab.comparison.statistics.student import t_interval, t_p

ROWS = arrays(float, st.integers(3, 12), elements=st.integers(-50, 50).map(float))


def weaker(rows: np.ndarray) -> np.ndarray:
    """The definition, by SciPy: the smaller of t and Hall's t of the shrunken skewness."""
    n = rows.shape[-1]
    g = stats.kstat(rows, 3, axis=-1) / stats.kstat(rows, 2, axis=-1) ** 1.5 * n / (n + 8)
    t = stats.ttest_1samp(rows, 0, axis=-1).statistic
    d = t / np.sqrt(n)
    return np.minimum(t, np.sqrt(n) * (d + g * d**2 / 3 + g**2 * d**3 / 27 + g / (6 * n)))


@pytest.mark.parametrize("n", [3, 5, 8, 30])
def test_p_is_how_often_normal_differences_come_as_far(n: int) -> None:
    rng = np.random.default_rng(n)
    law = weaker(rng.standard_normal((60_000, n)))
    rows = np.array([rng.normal(0.6, 1, n), rng.exponential(size=n), rng.exponential(size=n) - 1])
    drawn = (law >= weaker(rows)[:, None]).mean(1)
    assert adjusted_p(rows, "greater") == pytest.approx(drawn, abs=0.007)


@pytest.mark.parametrize("n", [3, 4, 8, 24])
def test_normal_differences_are_covered_as_asked_and_told_as_soon_as_by_t(n: int) -> None:
    rows = np.random.default_rng(n).standard_normal((20_000, n))
    for level in (0.8, 0.95, 0.99):
        found = adjusted_interval(rows, level)
        noise = 3.3 * np.sqrt(level * (1 - level) / len(rows))
        assert ((found.low <= 0) & (found.high >= 0)).mean() == pytest.approx(level, abs=noise)
    apart = rows[:3000] + 1
    t, adjusted = (t_p(apart) <= 0.05).mean(), (adjusted_p(apart) <= 0.05).mean()
    assert t - 0.025 < adjusted <= t + 0.005


@pytest.mark.parametrize(("n", "gained"), [(4, 0.003), (8, 0.009), (12, 0.014)])
def test_skewed_differences_are_covered_better_than_by_t(n: int, gained: float) -> None:
    rows = np.random.default_rng(n).exponential(size=(20_000, n)) - 1
    t, adjusted = t_interval(rows), adjusted_interval(rows)
    hits = [((f.low <= 0) & (f.high >= 0)).mean() for f in (t, adjusted)]
    assert hits[0] + gained < hits[1] < 0.95


@given(ROWS, st.sampled_from([0.5, 0.8, 0.95, 0.999]))
def test_the_interval_holds_what_the_test_does_not_reject(row: np.ndarray, level: float) -> None:
    _, low, high = adjusted_interval(row, level)
    if not np.isfinite(low) or low == high:
        return
    step = 1e-6 * (high - low)
    for end, out in ((low, -step), (high, step)):
        assert adjusted_p(row - end - out) <= 1 - level
        assert adjusted_p(row - end + out) > 1 - level


def test_two_pairs_have_no_skewness() -> None:
    row = np.array([1.0, 2.5])
    assert adjusted_p(row) == pytest.approx(t_p(row))
    np.testing.assert_allclose(adjusted_interval(row), t_interval(row))


def test_the_laws_of_equal_and_of_infinite_differences_are_those_of_t() -> None:
    rows = np.array([[2.0] * 7, [0.0] * 7, [np.inf, 1, 2, 3, 4, 5, 6]])
    np.testing.assert_array_equal(adjusted_p(rows), t_p(rows))
    np.testing.assert_array_equal(adjusted_interval(rows), t_interval(rows))
    assert adjusted_interval(np.array([1.0]))[1:] == (-np.inf, np.inf)
    assert adjusted_p(np.array([1.0])) == 1


def test_far_levels_have_a_limit() -> None:
    rows = np.random.default_rng(0).standard_normal((4, 3))
    for level in (0.01, 1 - 1e-9):
        low, high = adjusted_interval(rows, level)[1:]
        assert (low < high).all() and np.isfinite(low).all()
