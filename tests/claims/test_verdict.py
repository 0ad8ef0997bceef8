from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

from tests.claims.made import claim_of, found_of
from trainlab.claims.claim import Expect
from trainlab.claims.verdict import decide
from trainlab.errors import DataError

RNG = np.random.default_rng(0)
NOISE = RNG.standard_normal(10)
NOISE = (NOISE - NOISE.mean()) / NOISE.std(ddof=1)


def answer(values: Any, **limits: float) -> str:
    claim = claim_of(expects=(Expect("it", of="a", **limits),))
    return decide(claim, found_of(a=values)).answer


@pytest.mark.parametrize(
    ("mean", "said"), [(-2.0, "supported"), (0.2, "inconclusive"), (2.0, "refuted")]
)
def test_the_interval_decides(mean: float, said: str) -> None:
    assert answer(mean + NOISE, below=0) == said
    assert answer(-mean - NOISE, above=0) == said


def test_a_region_is_held_to_both_its_ends() -> None:
    assert answer(NOISE, above=-2, below=2) == "supported"
    assert answer(NOISE, above=-0.5, below=2) == "inconclusive"
    assert answer(NOISE + 9, above=-2, below=2) == "refuted"


def test_p_and_interval_are_students() -> None:
    values = 1 + NOISE
    claim = claim_of(expects=(Expect("it", of="a", above=0.2),))
    (finding,) = decide(claim, found_of(a=values)).findings
    oracle = stats.ttest_1samp(values, 0.2, alternative="greater")
    assert finding.p == pytest.approx(oracle.pvalue)
    interval = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    assert (finding.low, finding.high) == pytest.approx(tuple(interval))
    assert finding.d_z == pytest.approx(0.8)


def test_a_limit_lies_outside_and_equality_inside() -> None:
    assert answer([1.0] * 8, below=1) == "refuted"
    assert answer([1.0] * 8, above=1, below=1) == "supported"
    assert answer([1.0 + 1e-12] * 8, above=1, below=1) == "supported"
    assert answer([1.0 + 1e-6] * 8, above=1, below=1) == "refuted"
    assert answer([0.0] * 8, above=0, below=0) == "supported"


def test_two_pairs_that_are_equal_tell_nothing() -> None:
    assert answer([1.0, 1.0], above=1, below=1) == "inconclusive"


def test_ratios_are_judged_by_geometric_means() -> None:
    a, b = np.exp(NOISE * 0.1) * 2, np.full(10, 4.0)
    claim = claim_of(expects=(Expect("half", of="a", over="b", above=0.4, below=0.6),))
    (finding,) = decide(claim, found_of(a=a, b=b)).findings
    assert finding.mean == pytest.approx(0.5)
    assert finding.answer == "supported"


def test_runs_that_came_to_nothing_count_as_worst() -> None:
    claim = claim_of(expects=(Expect("less", of="a", less="b", below=0),))
    found = found_of(a=np.arange(8.0), b=[math.inf] * 8)
    assert decide(claim, found).answer == "supported"


@pytest.mark.parametrize("limits", [{"below": 1}, {"below": 1.25}, {"above": 1.1}])
def test_pairs_of_which_both_runs_came_to_nothing_show_nothing(limits: dict[str, float]) -> None:
    claim = claim_of(expects=(Expect("sooner", of="a", over="b", **limits),))
    lost = [math.inf] * 8
    (finding,) = decide(claim, found_of(a=lost, b=lost)).findings
    assert finding.answer == "inconclusive" and finding.lost == 8


def test_an_answer_that_needs_no_lost_pair_stands() -> None:
    claim = claim_of(expects=(Expect("sooner", of="a", over="b", below=1),))
    slow = [*np.exp(3 + 0.1 * NOISE), math.inf]
    found = found_of(a=slow, b=[*np.exp(2 + 0.1 * NOISE), math.inf])
    (finding,) = decide(claim, found).findings
    assert finding.answer == "refuted" and finding.lost == 1


def test_all_must_hold_and_one_refutes() -> None:
    holds, fails = Expect("h", of="a", below=9), Expect("f", of="a", below=-9)
    opens = Expect("o", of="a", below=0)
    found = found_of(a=NOISE)
    assert decide(claim_of(expects=(holds,)), found).answer == "supported"
    assert decide(claim_of(expects=(holds, opens)), found).answer == "inconclusive"
    verdict = decide(claim_of(expects=(holds, opens, fails)), found)
    assert verdict.answer == "refuted"
    assert verdict.hardest.expect is fails


@pytest.mark.parametrize(("shift", "side"), [(3.0, "greater"), (-3.0, "less")])
def test_the_p_of_what_is_refuted_is_of_its_not_lying_outside(shift: float, side: str) -> None:
    claim = claim_of(expects=(Expect("it", of="a", above=-1, below=1),))
    (finding,) = decide(claim, found_of(a=NOISE + shift)).findings
    assert finding.answer == "refuted" and finding.test == "one-sample t"
    expected = stats.ttest_1samp(NOISE + shift, math.copysign(1, shift), alternative=side).pvalue
    assert finding.p == pytest.approx(expected)


def test_many_expectations_are_refuted_at_a_level_of_their_own() -> None:
    """A claim of five is not refuted by an interval that 5 % of true ones would give."""
    alone, five = Expect("it", of="a", below=0), [Expect("it", of="a", below=0)] * 5
    clear = NOISE + stats.t.ppf(0.985, 9) / math.sqrt(10)
    assert decide(claim_of(expects=(alone,)), found_of(a=clear)).answer == "refuted"
    assert decide(claim_of(expects=tuple(five)), found_of(a=clear)).answer == "inconclusive"


def test_a_true_claim_is_seldom_refuted() -> None:
    claim = claim_of(expects=(Expect("1", of="a", below=0), Expect("2", of="b", below=0)))
    rng = np.random.default_rng(1)
    answers = [
        decide(claim, found_of(a=rng.standard_normal(8), b=rng.standard_normal(8))).answer
        for _ in range(200)
    ]
    assert answers.count("refuted") <= 0.05 * 200
    assert answers.count("supported") <= 0.05 * 200


def test_an_open_claim_says_what_would_tell() -> None:
    claim = claim_of(expects=(Expect("it", of="a", below=0),))
    (finding,) = decide(claim, found_of(a=NOISE - 0.5)).findings
    assert finding.answer == "inconclusive"
    assert finding.more is not None
    assert finding.enough == finding.pairs + finding.more


@pytest.mark.parametrize("values", [{"a": [1, 2], "b": [1]}, {"a": [1, math.nan]}])
def test_a_measure_must_be_paired_and_there(values: dict[str, list[float]]) -> None:
    with pytest.raises(DataError, match="measure of a claim"):
        decide(claim_of(), found_of(**values))
