from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainlab.comparison.statistics.best import beaten
from trainlab.comparison.statistics.looks import Looks, planned
from trainlab.comparison.statistics.tests import TESTS
from trainlab.errors import RecipeError

SHORT = Looks((4, 6, 8, 12))
PLAIN = Looks((4, 6, 8, 12), "t")
TIMES = 4000
NOISE = 3 * np.sqrt(0.05 * 0.95 / TIMES)


def ever(looks: Looks, rows: np.ndarray, alpha: float = 0.05) -> float:
    """Give how often some look makes a claim."""
    return float(
        np.any([looks.at_look(n).p(rows[:, :n], "two-sided") <= alpha for n in looks.at], 0).mean()
    )


def test_looks_are_planned() -> None:
    assert planned(first=4, every=4, most=14).at == (4, 8, 12, 14)
    assert planned(first=3, every=8, most=3).at == (3,)
    assert SHORT.most == 12
    assert [SHORT.last(n) for n in (3, 4, 7, 12, 99)] == [None, 4, 6, 12, 12]


@pytest.mark.parametrize("at", [(), (1, 2), (4, 4), (8, 4)])
def test_no_plan(at: tuple[int, ...]) -> None:
    with pytest.raises(RecipeError, match="cannot be planned"):
        Looks(at)
    with pytest.raises(RecipeError, match="no law"):
        Looks((4, 8), "sign_flip")


@pytest.mark.parametrize("looks", [SHORT, PLAIN])
def test_looking_at_every_batch_errs_at_most_alpha(looks: Looks) -> None:
    rng = np.random.default_rng(1)
    normal = ever(looks, rng.standard_normal((TIMES, 12)))
    assert 0.05 - NOISE - 0.003 <= normal <= 0.05 + NOISE
    assert ever(looks, rng.standard_t(3, (TIMES, 12))) <= 0.05 + NOISE
    assert ever(looks, rng.choice([-1.0, 0, 0, 0, 1], (TIMES, 12))) <= 0.05 + NOISE


def test_without_a_plan_it_would_err_twice_as_often() -> None:
    rows = np.random.default_rng(1).standard_normal((TIMES, 12))
    naive = np.any([TESTS["t"].p(rows[:, :n], "two-sided") <= 0.05 for n in SHORT.at], 0).mean()
    assert naive > 0.09


@pytest.mark.parametrize("looks", [SHORT, PLAIN])
def test_intervals_of_all_looks_hold_at_once(looks: Looks) -> None:
    rows = np.random.default_rng(2).standard_normal((TIMES, 12)) + 7
    held = np.ones(TIMES, dtype=bool)
    for n in looks.at:
        _, low, high = looks.at_look(n).interval(rows[:, :n], 0.95)
        held &= (low <= 7) & (high >= 7)
    assert abs(held.mean() - 0.95) <= NOISE + 0.003


def test_one_look_is_the_plain_test() -> None:
    rows = np.random.default_rng(3).standard_normal((5, 9)) + 0.5
    once, row = Looks((9,), "t"), TESTS["t"]
    np.testing.assert_allclose(
        once.at_look(9).p(rows, "greater"), row.p(rows, "greater"), atol=0.006, rtol=0.02
    )
    np.testing.assert_allclose(
        once.at_look(9).interval(rows, 0.95), row.interval(rows, 0.95), rtol=0.02
    )
    assert once.at_look(9).nominal(0.05) == pytest.approx(0.05, rel=0.04)


@given(st.floats(1e-9, 1), st.floats(1e-9, 1), st.sampled_from(SHORT.at))
def test_corrected_p_keep_the_order_and_lie_between_the_bounds(
    first: float, second: float, pairs: int
) -> None:
    low, high = sorted((first, second))
    found = SHORT.corrected(np.array([low, high]), pairs)
    assert found[0] <= found[1] <= 1
    scaled = high * SHORT.most / pairs
    assert found[1] <= min(1, scaled * sum(SHORT.at) / SHORT.most) * 1.1 + 1e-12
    assert found[1] >= high * 0.9


@pytest.mark.parametrize("alpha", [1e-5, 1e-3, 0.01, 0.025, 0.1])
def test_p_and_level_are_each_others_inverse(alpha: float) -> None:
    for pairs in SHORT.at:
        level = SHORT.level(alpha, pairs)
        assert SHORT.corrected(np.array(level), pairs) <= alpha * (1 + 1e-9)
        assert SHORT.corrected(np.array(level * 1.2), pairs) > alpha


def test_a_look_that_was_not_planned_says_nothing() -> None:
    rows = np.random.default_rng(4).standard_normal((2, 5)) + 9
    test = SHORT.at_look(5)
    assert test.p(rows, "two-sided").tolist() == [1, 1]
    assert np.isinf(test.interval(rows, 0.95).low).all()


def test_the_best_arm_survives_the_race() -> None:
    rng, arms, times = np.random.default_rng(5), 4, 1500
    scores = rng.normal(size=(times, arms, 12)) + rng.normal(size=(times, 1, 12))
    lost = np.zeros(times, dtype=bool)
    for n in SHORT.at:
        seen = scores[:, :, :n]
        p = SHORT.at_look(n).p(seen[:, :, None] - seen[:, None], "greater")
        lost |= np.array([beaten(one, 0.05, arms)[0] for one in p])
    assert lost.mean() <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / times)


def test_a_clear_difference_stops_early() -> None:
    rows = np.random.default_rng(6).standard_normal((500, 12)) + 3
    early = SHORT.at_look(6).p(rows[:, :6], "two-sided") <= 0.05
    assert early.mean() > 0.7
