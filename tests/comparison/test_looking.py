"""Made scores, so that it is known who should go on and when it should end."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from trainlab.comparison.design import Design
from trainlab.comparison.looking import follow
from trainlab.comparison.statistics.judgement import Judgement
from trainlab.comparison.statistics.verdict import Scale

PLAIN = Scale()


class Draws:
    """Scores of arms whose means are known, and a note of who was asked for."""

    def __init__(self, **means: float) -> None:
        rng = np.random.default_rng(3)
        self.scores = {name: rng.normal(mean, 1, 64) for name, mean in means.items()}
        self.asked: list[tuple[tuple[str, ...], int]] = []

    def __call__(self, names: Sequence[str], pairs: int) -> dict[str, list[float]]:
        self.asked.append((tuple(names), pairs))
        return {name: self.scores[name][:pairs].tolist() for name in names}

    def judged(self, design: Design, at: Sequence[int] = ()) -> Judgement:
        terms = design.terms()
        looks = terms.looks.at if terms.looks else at
        return follow(list(self.scores), self, PLAIN, design, terms, looks)


def test_without_looks_it_asks_once() -> None:
    draws = Draws(a=0, b=0)
    assert draws.judged(Design(seeds=8), (8,)).pairs == 8
    assert draws.asked == [(("a", "b"), 8)]


def test_it_ends_when_all_is_clear() -> None:
    draws = Draws(a=0, b=20)
    assert draws.judged(Design(until=1e-9, most=32)).best == "b"
    assert draws.asked == [(("a", "b"), 4)]


def test_equal_arms_take_the_whole_plan() -> None:
    draws = Draws(a=0, b=0)
    assert not draws.judged(Design(until=1e-9, most=32)).clear
    assert [pairs for _, pairs in draws.asked] == [4, 12, 20, 28, 32]


def test_narrow_intervals_are_enough() -> None:
    draws = Draws(a=0, b=0)
    judgement = draws.judged(Design(until=3.0, most=32))
    evidence = judgement.to_best[0].evidence
    assert (evidence.high - evidence.low) / 2 <= 3.0
    assert len(draws.asked) < 5


def test_a_beaten_arm_is_not_asked_for_again() -> None:
    draws = Draws(a=0, b=0, c=-20)
    judgement = draws.judged(Design(until=1e-9, most=32))
    assert [names for names, _ in draws.asked] == [("a", "b", "c"), *[("a", "b")] * 4]
    assert {row.arm: row.pairs for row in judgement.ranking} == {"a": 32, "b": 32, "c": 4}


def test_the_baseline_stays() -> None:
    draws = Draws(a=0, b=0, c=-20)
    draws.judged(Design(until=1e-9, most=32, baseline="c"))
    assert {names for names, _ in draws.asked} == {("a", "b", "c")}


@pytest.mark.parametrize("seed", range(40))
def test_two_arms_go_on_until_told(seed: int) -> None:
    draws = Draws(a=0, b=0)
    draws.scores["a"] = np.random.default_rng(seed).normal(1.2, 1, 64)
    judgement = draws.judged(Design(until=1e-9, most=32))
    assert judgement.clear or judgement.pairs == 32
