from __future__ import annotations

import math
from dataclasses import replace

import pytest

from tests.report.range_tests import against, made
from trainlab.check.learning_rate import Curve, Grid, Range, Refusal
from trainlab.report import rates_wording as wording


def test_a_gap_has_the_figures_of_its_interval() -> None:
    found = against(0.2)
    rival = replace(found.rivals[0], gap=0.01234, half=0.0056)
    assert wording.gap(rival) == "+0.0123 +- 0.0056"
    assert wording.gap(replace(rival, half=math.nan)) == "+0.012"
    lost = replace(rival, gap=math.nan, loss=(math.inf,) * 8)
    assert wording.gap(lost) == "diverged"
    huge = replace(rival, gap=31169646309128.0, half=76251909584480.0)
    assert wording.gap(huge) == "+3.1e13 +- 7.6e13"
    some = replace(rival, loss=(math.inf, *rival.loss[1:]))
    assert wording.gap(some).endswith("(1 diverged)")


def test_the_verdict_says_which_rate_is_better_and_by_how_much() -> None:
    assert wording.verdict(against(0.2))[0] == "confirmed"
    word, why = wording.verdict(against(0.2, -0.1))
    assert word == "not confirmed"
    assert why.startswith("0.001 is better by 0.0997 +- ")
    assert why.endswith("(8 fresh seeds, paired): take it")
    word, why = wording.verdict(against(-0.02, noise=0.001))
    assert word == "confirmed" and "less than that matters" in why


def test_the_verdict_says_when_it_cannot_tell_and_when_it_diverged() -> None:
    word, why = wording.verdict(against(0.0, noise=0.5))
    assert word == "not confirmed" and "too wide" in why and why.endswith("--seeds 16")
    lost = replace(against(0.2), loss=(math.inf, *[0.3] * 7))
    word, why = wording.verdict(lost)
    assert word == "not confirmed"
    assert why == "1 of 8 fresh seeds diverged at 0.01: take 0.003"
    nobody = replace(lost, rivals=())
    assert wording.verdict(nobody)[1].endswith("diverged at 0.01: try --to 0.01")


def test_the_facts_are_the_range_and_the_recipes_own() -> None:
    found = made()
    assert isinstance(found.found, Range)
    facts = {name: (rate, told) for name, rate, told in wording.facts(found)}
    assert facts["best"][0] == wording.rounded(found.found.best)
    assert "n = 3" in facts["best"][1]
    assert facts["the recipe's own"] == ("0.001", "below what is useful")


@pytest.mark.parametrize(
    ("rate", "told"),
    [
        (0.0, "nothing moves"),
        (0.02, "a factor of 5 below the best"),
        (0.12, "close to the best"),
        (0.3, "a factor of 3 above the best"),
        (5.0, "above the edge of stability"),
    ],
)
def test_where_the_recipes_own_rate_lies(rate: float, told: str) -> None:
    base = made()
    assert isinstance(base.found, Range)
    found = replace(base, current=rate, found=replace(base.found, best=0.1))
    assert [*wording.facts(found)][-1][2] == told


def test_a_range_that_is_open_says_so() -> None:
    base = made()
    assert isinstance(base.found, Range)
    found = replace(base, found=replace(base.found, lowest=None, edge=None, bests=(0.1,)))
    rates = [rate for _, rate, _ in wording.facts(found)]
    assert (rates[0], rates[2]) == ("below 1e-5", "above 10")
    assert "n = 1" in [*wording.facts(found)][1][2]


def test_a_refusal_has_no_facts() -> None:
    refusal = Refusal(why="flat", what="nothing learns", next_step="look")
    assert not list(wording.facts(replace(made(), found=refusal)))


def test_the_notes_say_where_the_grid_was_made_wider_or_should_be() -> None:
    found = made()
    assert list(wording.notes(found)) == ["the grid was made wider, up to 10"]
    asked = replace(found, grid=Grid(low=0.1, high=10.0))
    assert list(wording.notes(asked)) == ["the grid was made wider, down to 1e-5"]
    idle = replace(found, constant=0.2)  # lower than the best comes to
    assert list(wording.notes(idle))[1] == (
        "no rate does better than predicting the same for all (loss 0.2): "
        "100 steps are too few, or the data do not tell"
    )
    falling = Curve(found.curve.rates[:12], found.curve.loss[:12], found.curve.start)
    short = replace(found, curve=falling, grid=Grid(low=1e-5, high=falling.rates[-1]))
    assert list(wording.notes(short)) == [
        "the best lies at the end of the grid: a higher rate may be better still"
    ]
