from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from tests.report.comparisons import made
from trainlab.comparison.arms import Arm
from trainlab.comparison.design import Design
from trainlab.comparison.measure import Measure
from trainlab.comparison.statistics.judgement import judge
from trainlab.comparison.tuning import Tried
from trainlab.report import compare_wording as wording
from trainlab.report.compare_page import page


def test_a_row_an_arm_the_best_first() -> None:
    high, low = wording.rows(made())
    assert (high.arm, low.arm) == ("high", "low")
    assert high.leads
    assert not low.leads
    assert high.to_best == high.p == high.effect == ""
    assert low.to_best.startswith("-19.")
    assert low.to_best.endswith(")")
    assert low.p == "<0.001"
    assert (low.pairs, low.cost, low.tuned) == ("6", "12.0 s", "lr 0.01")
    assert high.mean == "89.9 +- 1.1"
    assert high.to_baseline.startswith("+19.")


def test_an_arm_that_lost_runs_says_so_instead_of_a_mean() -> None:
    low = list(wording.rows(made(lost=2)))[-1]
    assert low.mean.endswith("2 of 6 diverged")
    assert "; by sign flips where a run diverged" in dict(wording.design(made(lost=2)))["test"]
    assert "flips" not in dict(wording.design(made()))["test"]
    assert low.to_best == "worse: 2 of 6 without score"
    assert list(wording.rows(made(lost=6)))[-1].to_best == "worse: no score"


def test_where_no_run_has_a_score_no_arm_is_better() -> None:
    found = made()
    nothing = judge(np.full((2, 6), np.nan), ["low", "high"], scale=found.measure.scale)
    first, second = wording.rows(replace(found, judgement=nothing))
    assert (first.to_best, second.to_best, second.mean) == ("", "no score", "6 of 6 diverged")
    assert "cannot be compared" in page(replace(found, judgement=nothing))


def test_a_training_that_never_got_there_is_not_said_to_have_diverged() -> None:
    never = replace(made(lost=2), measure=Measure("accuracy", target=0.5))
    assert "never got there" in list(wording.rows(never))[-1].mean


def test_an_interval_that_is_not_there_is_not_left_out() -> None:
    found = made()
    row = replace(found.judgement.ranking[0], low=-math.inf, high=math.inf)
    few = replace(found, judgement=replace(found.judgement, ranking=(row,)))
    assert next(wording.rows(few)).mean == "89.95 (n too small)"


def test_a_baseline_that_leads_has_no_column_of_its_own() -> None:
    assert wording.second(made("low")) == "low"
    assert wording.second(made("high")) is None
    assert wording.second(made(None)) is None


@pytest.mark.parametrize(("p", "told"), [(0.0002, "<0.001"), (0.0314, "0.031"), (1.0, "1.000")])
def test_a_p_has_three_decimals(p: float, told: str) -> None:
    assert wording.p_value(p) == told


def test_the_setting_and_the_design_are_told() -> None:
    found = made(a=0.5, b=0.6, c=0.7)
    assert wording.setting(found) == "6 pairs, paired t test, Holm"
    assert wording.setting(made()) == "6 pairs, paired t test"
    told = dict(wording.design(found))
    assert "optimizer.lr: 3 trials of each arm, the worse half dropped" in told["tuning"]
    assert "once more" not in told["tuning"]
    twice = replace(found, design=replace(found.design, finals=2))
    assert (
        "rung, the best three once more on 2 seeds; on val" in dict(wording.design(twice))["tuning"]
    )
    assert told["searched"] == "optimizer.lr: 0.001 to 1"
    wide = (*found.tuned[0].tried, Tried({"optimizer.lr": 3}, 0.1, 0.1, "complete", 1))
    wider = replace(found.tuned[0], tried=wide)
    uneven = dict(wording.design(replace(found, tuned=(wider, *found.tuned[1:]))))
    assert uneven["searched"] == "optimizer.lr: 0.001 to 3 for a, 0.001 to 1 for b and c"
    assert told["judged"] == "test/accuracy, at equal steps"
    assert told["test"] == (
        "paired t, alpha 0.05; Holm over all 3 pairs of arms, since the same scores chose the best"
    )
    named = wording.corrected(made("a", a=0.5, b=0.6, c=0.7))
    assert named.endswith("; with a, named before, over 2")
    assert dict(wording.design(made()))["test"].endswith("one comparison needs no correction")
    until = replace(found, design=Design(margin=0.5))
    assert dict(wording.design(until))["margin"].startswith("0.5 points")
    assert [row.same for row in wording.rows(found)] == ["", "", ""]


def test_more_seeds_are_fresh_ones() -> None:
    assert wording.onwards(made()) == ""
    found = made(a=0.5, b=0.503)
    more = found.judgement.to_best[0].outlook.more
    assert more is not None
    told = wording.onwards(found)
    assert told.startswith(f"fresh seeds, seed=6 --seeds {6 + more}: to add to these")
    assert dict(wording.design(found))["more"] == told
    early = replace(found, judgement=replace(found.judgement, looks=(4, 6)))
    assert "seed=6 --seeds" in wording.onwards(early)  # a race has as many as were asked for
    until = replace(early, design=Design(until=0.1))
    assert "seed=6 --most" in wording.onwards(until)


def test_many_looks_are_not_all_listed() -> None:
    found = made()
    early = replace(found, judgement=replace(found.judgement, looks=tuple(range(4, 65))))
    assert wording.setting(early).endswith("looked at after 4, 5, 6, ..., 64")
    assert dict(wording.design(early))["looks"].endswith("account for it, means do not")


def test_tuned_values_are_brief() -> None:
    assert wording.values({"optimizer.lr": 3.16e-5, "x.dropout": 0.1}) == "lr 3.16e-5, dropout 0.1"


def test_what_is_rounded_to_zero_has_no_sign() -> None:
    (verdict,) = made().judgement.to_best
    seen = replace(verdict.evidence, gain=-0.001, low=-1.2, high=1.2)
    told = wording.difference(replace(verdict, evidence=seen))
    assert told == "0.0 (-1.2 to +1.2)"
    same = replace(seen, gain=0.0, low=0.0, high=0.0)
    assert wording.difference(replace(verdict, evidence=same)) == "0 (no pair differs)"


def test_folds_say_how_many_seeds_each_has() -> None:
    found = made()
    arms = tuple(Arm(arm.name, arm.recipe.replace("data.split.folds", 5)) for arm in found.arms)
    one = replace(found, arms=arms, tuned=())
    assert wording.setting(one).startswith("5 folds as pairs, paired t")
    twice = replace(one, outcomes={name: 2 * own for name, own in found.outcomes.items()})
    assert wording.setting(twice).startswith("5 folds as pairs, each the mean of 2 seeds")
    assert dict(wording.design(twice))["folds"].startswith("5 judge, each the mean of 2 seeds")


def test_the_sentence_and_its_row_write_the_same_numbers() -> None:
    for high in (0.7009, 0.705, 0.72, 0.9):
        found = made(low=0.7, high=high)
        told = next(row for row in wording.rows(found) if row.to_best).to_best
        gain, ends = told.removesuffix(")").split(" (")
        low, end = (end.lstrip("+") for end in ends.split(" to "))
        turned = found.judgement.to_best[0].sentence
        assert gain.lstrip("+-") in turned
        assert f"{low} to {end}" in turned or f"{end.lstrip('-')} to {low.lstrip('-')}" in turned
