from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from trainlab.comparison.statistics.families import FAMILIES, simultaneous_level

THEIRS = {"holm": "holm", "bh": "fdr_bh", "bonferroni": "bonferroni"}
PS = st.lists(st.floats(0, 1), min_size=1, max_size=12).map(np.array)


@pytest.mark.parametrize("name", THEIRS)
@given(PS)
def test_it_is_that_of_statsmodels(name: str, p: np.ndarray) -> None:
    found = multipletests(p, method=THEIRS[name])[1]
    np.testing.assert_allclose(FAMILIES[name].adjust(p), found, rtol=1e-12, atol=1e-300)


@pytest.mark.parametrize("name", FAMILIES)
@given(PS)
def test_a_correction_never_makes_more_sure_and_keeps_the_order(name: str, p: np.ndarray) -> None:
    adjusted = FAMILIES[name].adjust(p)
    assert (adjusted >= p - 1e-15).all() and (adjusted <= 1).all()
    assert (np.diff(adjusted[np.argsort(p, kind="stable")]) >= -1e-15).all()


def test_levels_of_intervals_that_hold_at_once() -> None:
    assert simultaneous_level(0.95, 5) == pytest.approx(0.99)
    assert simultaneous_level(0.95, 0) == simultaneous_level(0.95, 1) == pytest.approx(0.95)


def test_holm_bounds_any_false_claim() -> None:
    p = np.random.default_rng(0).random((4000, 6))
    any_claim = np.mean([FAMILIES["holm"].adjust(row).min() <= 0.05 for row in p])
    assert any_claim <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 4000)
