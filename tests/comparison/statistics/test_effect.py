from __future__ import annotations

import numpy as np
import pytest

from trainlab.comparison.statistics.effect import Effect, effect
from trainlab.comparison.statistics.noncentral import noncentral_t


def test_d_z_and_g_av_are_their_formulas() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.normal(1, 1, 10), rng.normal(0, 2, 10)
    found, d = effect(a, b), a - b
    assert found.d_z == pytest.approx(d.mean() / d.std(ddof=1))
    average = np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / 2)
    assert found.g_av == pytest.approx(d.mean() / average * (1 - 3 / 35))


def test_the_ends_are_where_t_is_a_quantile() -> None:
    a = np.random.default_rng(1).normal(0.8, 1, 12)
    found, t = effect(a, 0 * a), a.mean() / a.std(ddof=1) * np.sqrt(12)
    assert found.d_z_low is not None and found.d_z_high is not None
    assert noncentral_t(t, 11, found.d_z_low * np.sqrt(12)) == pytest.approx(0.975)
    assert noncentral_t(t, 11, found.d_z_high * np.sqrt(12)) == pytest.approx(0.025)


@pytest.mark.parametrize("shift", [-1e6, -30.0, 0.0, 30.0, 1e6])
def test_any_size_of_effect_has_ends(shift: float) -> None:
    d = np.array([0.1, -0.2, 0.4, 0.0]) + shift
    found = effect(d, 0 * d)
    assert found.d_z_low is not None and found.d_z_high is not None and found.d_z is not None
    assert found.d_z_low < found.d_z < found.d_z_high


def test_the_interval_covers_the_true_effect() -> None:
    rng = np.random.default_rng(2)
    held = 0
    for _ in range(400):
        found = effect(rng.normal(0.7, 1, 8), np.zeros(8))
        held += (found.d_z_low or 0) <= 0.7 <= (found.d_z_high or 0)
    assert 0.915 <= held / 400 <= 0.98


def test_two_pairs_have_no_unbiased_effect() -> None:
    found = effect(np.array([3.0, 5.0]), np.array([1.0, 4.0]))
    assert found.d_z is not None and found.g_av is None


def test_without_a_spread_there_is_none() -> None:
    assert effect(np.ones(5), np.zeros(5)) == Effect()
    assert effect(np.ones(1), np.zeros(1)) == Effect()
    assert effect(np.array([-np.inf, 1, 2]), np.array([-np.inf, 0, 0])) == Effect()
