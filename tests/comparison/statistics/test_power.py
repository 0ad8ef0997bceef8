from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.power import TTestPower

from trainlab.comparison.statistics.interval import Side
from trainlab.comparison.statistics.power import MOST, pairs_to_separate, power
from trainlab.comparison.statistics.student import t_p

THEIRS = {"two-sided": "two-sided", "greater": "larger", "less": "smaller"}


@pytest.mark.parametrize("side", THEIRS)
@pytest.mark.parametrize("effect", [-0.8, 0.2, 1.5])
@pytest.mark.parametrize("pairs", [3, 12, 60])
def test_it_is_that_of_statsmodels(effect: float, pairs: int, side: Side) -> None:
    theirs = TTestPower().power(effect, pairs, 0.05, alternative=THEIRS[side])
    assert power(effect, pairs, 0.05, side) == pytest.approx(theirs, abs=1e-6)


@pytest.mark.parametrize("effect", [0.15, 0.5, 1.0, 3.0])
def test_pairs_to_separate_are_the_fewest(effect: float) -> None:
    n = pairs_to_separate(effect)
    assert n is not None and power(effect, n) >= 0.8 > (power(effect, n - 1) if n > 2 else 0)


def test_half_an_sd_takes_34_pairs() -> None:
    assert pairs_to_separate(0.5) == 34
    assert pairs_to_separate(-0.5) == 34


def test_out_of_reach() -> None:
    assert pairs_to_separate(0.0) is None
    assert pairs_to_separate(2.8 / MOST) is None


def test_the_power_planned_is_the_power_found() -> None:
    rows = np.random.default_rng(0).normal(0.9, 1, (4000, 12))
    assert (t_p(rows) <= 0.05).mean() == pytest.approx(power(0.9, 12), abs=0.02)
