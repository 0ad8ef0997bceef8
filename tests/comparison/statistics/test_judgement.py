from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainlab.comparison.statistics.judgement import Judgement, judge
from trainlab.comparison.statistics.looks import Looks
from trainlab.comparison.statistics.terms import Terms
from trainlab.comparison.statistics.tests import TESTS
from trainlab.comparison.statistics.verdict import POINTS, RAW
from trainlab.errors import DataError, RecipeError

NAMES = ("sgd", "adam", "nag", "swats")


def scores(shifts: tuple[float, ...] = (0.0, 0.013, 0.012, -0.02), n: int = 12) -> np.ndarray:
    rng = np.random.default_rng(0)
    seeds = rng.normal(0.93, 0.02, n)
    return seeds + rng.normal(0, 0.004, (len(shifts), n)) + np.array(shifts)[:, None]


def answers(found: Judgement) -> dict[str, str]:
    return {verdict.arm: verdict.answer for verdict in found.to_best}


def test_the_ranking_and_both_families() -> None:
    found = judge(scores(), NAMES, scale=POINTS, baseline="sgd")
    assert [row.arm for row in found.ranking][2:] == ["sgd", "swats"]
    assert {verdict.family for verdict in found.to_best} == {6}
    assert {verdict.family for verdict in found.to_baseline} == {3}
    assert [v.other for v in found.to_baseline] == ["sgd"] * 3
    assert answers(found)["sgd"] == answers(found)["swats"] == "worse"
    assert set(found.candidates) == {"adam", "nag"}
    first = found.ranking[0]
    assert first.low < first.mean < first.high and 92 < first.mean < 97
    assert sum(row.chance_of_best for row in found.ranking) == pytest.approx(1)
    assert not found.clear
    assert found.headline.startswith(f"{found.best} leads, not separable yet from ")


def test_the_headlines() -> None:
    two = judge(scores((0.0, 0.02)), NAMES[:2], scale=POINTS)
    assert two.headline.startswith("adam is better than sgd by 2.")
    three = judge(scores((0.0, 0.05, 0.02)), NAMES[:3], scale=POINTS)
    assert three.headline.startswith("adam is the best of 3; adam is better than nag by 2.72 ")
    same = judge(scores((0.0, 0.0, 0.0)), NAMES[:3], scale=POINTS, terms=Terms(margin=2.0))
    assert "leads" in same.headline and "equivalent within 2 points" in same.headline
    assert same.clear
    assert judge(scores()[:1], NAMES[:1], scale=POINTS).headline.startswith("sgd stands alone")


def test_the_best_by_one_sided_tests_may_be_unclear_by_two_sided_ones() -> None:
    """The first ask over k - 1 comparisons whether an arm may be the best, the others over all."""
    gaps = np.array([[0.005, 0.015, 0.02, 0.03], [0.0] * 4, [1e-4, 0.0, 0.0, -1e-4]])
    values = gaps + np.array([0.9, 0.91, 0.89, 0.9])
    found = judge(values, NAMES[:3], scale=POINTS)
    assert found.candidates == ("sgd",)
    assert found.to_best[0].answer == "unclear"
    assert found.headline.startswith(
        "sgd is the best of 3, one-sided over 2 comparisons; two-sided over all 3, "
        "sgd and adam are not separable yet: about "
    )


def test_an_equal_of_the_best_is_not_called_unclear() -> None:
    values = np.stack([scores((0.0,))[0], scores((0.0,))[0] + 1e-6, scores((0.0, -0.002))[1]])
    found = judge(values, NAMES[:3], scale=POINTS, terms=Terms(margin=0.2))
    assert answers(found)[{"sgd": "adam", "adam": "sgd"}[found.best]] == "equivalent"
    assert "not separable yet from nag: " in found.headline


def test_means_of_folds_have_intervals_that_know_of_them() -> None:
    wide, plain = (
        judge(scores(), NAMES, scale=POINTS, terms=terms).ranking[0]
        for terms in (Terms(overlap=1 / 4), Terms())
    )
    ratio = np.sqrt(1 + 12 / 4)
    assert (wide.high - wide.low) / (plain.high - plain.low) == pytest.approx(ratio)
    assert wide.chance_of_best < plain.chance_of_best


def test_losses_turn_the_sign_and_keep_their_unit() -> None:
    found = judge(scores((0.0, 0.02)), NAMES[:2], scale=RAW)
    assert found.best == "sgd" and found.to_best[0].answer == "worse"
    assert found.ranking[0].mean == pytest.approx(scores((0.0, 0.02))[0].mean())
    assert found.ranking[0].low < found.ranking[0].mean < found.ranking[0].high
    assert "sgd is better than adam by 0.02" in found.headline


@settings(max_examples=6)
@given(st.permutations(range(4)))
def test_the_order_of_arms_does_not_matter(places: list[int]) -> None:
    straight = judge(scores(), NAMES, scale=POINTS)
    turned = judge(scores()[places], [NAMES[k] for k in places], scale=POINTS)
    assert [row.arm for row in turned.ranking] == [row.arm for row in straight.ranking]
    assert turned.to_best == straight.to_best


@pytest.mark.parametrize("test", ["t", "guarded_t", "sign_flip", "signed_rank"])
def test_a_run_that_diverged_is_the_worst_and_does_not_vanish(test: str) -> None:
    values = scores((0.0, 0.002, 0.001))
    values[1, :7] = np.nan
    found = judge(values, NAMES[:3], scale=POINTS, terms=Terms(test=test))
    last = found.ranking[-1]
    assert (last.arm, last.diverged, last.mean) == ("adam", 7, -np.inf)
    assert found.to_best[-1].evidence.diverged == (7, 0)
    assert answers(found)["adam"] == "worse"
    assert "7 of 24 runs diverged" in found.to_best[-1].sentence


def test_degenerate_scores_are_answered() -> None:
    even = judge(np.ones((2, 4)), NAMES[:2], scale=POINTS)
    assert even.to_best[0].answer == "unclear" and "tie in all 4 pairs" in even.headline
    margin = judge(np.ones((2, 6)), NAMES[:2], scale=POINTS, terms=Terms(margin=0.5))
    assert margin.to_best[0].answer == "equivalent"
    few = judge(np.array([[1.0], [2.0]]), NAMES[:2], scale=RAW)
    assert few.to_best[0].answer == "unclear"


def test_runs_that_all_diverged_are_no_equals() -> None:
    """Called equivalent, with p 0.004, they were no evidence of anything."""
    lost, why = np.full((3, 8), np.nan), "every run diverged, so that there is no score to compare"
    two = judge(lost[:2], NAMES[:2], scale=POINTS, terms=Terms(margin=0.5))
    assert two.to_best[0].answer == "unclear"
    assert two.headline.startswith(f"{NAMES[0]} and {NAMES[1]} cannot be compared: {why} (n = 8")
    assert judge(lost, NAMES[:3], scale=POINTS).headline == f"the 3 arms cannot be compared: {why}"
    half = np.full((2, 8), 0.9)
    assert judge(half, NAMES[:2], scale=POINTS, terms=Terms(margin=0.5)).clear
    half[:, 4:] = np.nan
    assert not judge(half, NAMES[:2], scale=POINTS, terms=Terms(margin=0.5)).clear


def test_arms_that_were_dropped_stay_beaten() -> None:
    terms = Terms(looks=Looks((6, 12)))
    values = [row[: 6 if arm == "swats" else 12] for arm, row in zip(NAMES, scores(), strict=True)]
    found = judge(values, NAMES, scale=POINTS, terms=terms, baseline="sgd")
    assert found.ranking[-1].arm == "swats" and found.ranking[-1].pairs == 6
    assert not found.ranking[-1].may_be_best
    assert found.pairs == 12 and found.looks == (6, 12)
    assert answers(found)["swats"] == "worse"


def test_pairs_between_looks_wait() -> None:
    terms = Terms(looks=Looks((6, 12)))
    waiting = judge(scores(n=12)[:, :9], NAMES, scale=POINTS, terms=terms)
    assert waiting.pairs == 6
    early = judge(scores()[:, :4], NAMES, scale=POINTS, terms=terms)
    assert set(answers(early).values()) == {"unclear"} and len(early.candidates) == 4


def test_it_is_plain_values() -> None:
    found = judge(scores(), NAMES, scale=POINTS, baseline="sgd").to_json()
    assert json.loads(json.dumps(found)) is not None
    assert found["headline"] and len(found["sentences"]["to_best"]) == 3
    assert found["ranking"][0]["arm"] == found["best"]


@pytest.mark.parametrize("wrong", [np.ones((3, 4)), np.ones(4), np.ones((2, 0)), [[1.0], [1, 2]]])
def test_scores_that_are_no_pairs(wrong: np.ndarray) -> None:
    with pytest.raises(DataError, match="cannot be paired"):
        judge(wrong, NAMES[:2], scale=POINTS)


def test_a_baseline_that_is_no_arm() -> None:
    with pytest.raises(RecipeError, match="adam"):
        judge(scores(), NAMES, scale=POINTS, baseline="adm")


def test_choosing_the_best_from_the_same_scores_is_paid_for() -> None:
    rng, times = np.random.default_rng(7), 2000
    values = rng.normal(size=(times, 4, 6))
    ordered = np.take_along_axis(values, values.mean(2).argsort(1)[:, :, None], 1)
    nearest = TESTS["t"].p(ordered[:, -1:] - ordered[:, :-1], "two-sided").min(1)
    assert (nearest * 3 <= 0.05).mean() > 0.06, "the comparisons with the best alone are too few"
    found = judge(values[0], NAMES, scale=RAW).to_best
    assert (nearest * found[0].family <= 0.05).mean() <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / times)
