from __future__ import annotations

import math

import pytest

from trainlab.comparison.halving import RUNGS, losers, standing


@pytest.mark.parametrize(("trials", "left"), [(8, [4, 2, 1]), (9, [5, 3, 2]), (2, [1, 1, 1])])
def test_half_goes_at_each_rung(trials: int, left: list[int]) -> None:
    assert [standing(trials, rung) for rung in range(len(RUNGS))] == left


def test_each_arm_loses_its_own_worse_half() -> None:
    arms = ["a", "b"] * 4
    scores = {place: float(place) for place in range(8)}
    assert sorted(losers(arms, scores, 0)) == [0, 1, 2, 3]
    scores = {place: value for place, value in scores.items() if place > 3}
    assert sorted(losers(arms, scores, 1)) == [4, 5]
    assert losers(arms, {6: 1.0, 7: 0.0}, 2) == []


def test_what_diverged_or_is_nan_goes_first_and_a_tie_to_the_earlier() -> None:
    assert losers(["a"] * 4, {0: math.nan, 1: -math.inf, 2: 0.0, 3: 0.0}, 0) == [0, 1]
    assert losers(["a"] * 4, dict.fromkeys(range(4), 1.0), 0) == [2, 3]
    # an arm of which half is lost already loses no more
    assert losers(["a"] * 4, {1: 0.0, 2: 1.0}, 0) == []
