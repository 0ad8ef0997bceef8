"""Equal differences of scores that come in steps, against Clopper and Pearson, and by drawing."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from trainlab.comparison.design import Design
from trainlab.comparison.looking import follow
from trainlab.comparison.statistics.looks import Looks
from trainlab.comparison.statistics.terms import Terms
from trainlab.comparison.statistics.tests import TESTS
from trainlab.comparison.statistics.ties import in_steps, pairs_of_ties
from trainlab.comparison.statistics.verdict import Scale

T = TESTS["t"]
POINT = Scale("points", 100.0, step=100 / 36)


@pytest.mark.parametrize("name", TESTS)
def test_what_differs_is_judged_as_before(name: str) -> None:
    row = np.array([[0.0, 1.0, 1.0, 2.0, 0.0, 1.0, -1.0]])
    coarse, plain = in_steps(TESTS[name], 1.0), TESTS[name]
    assert coarse.p(row, "two-sided") == plain.p(row, "two-sided")
    assert coarse.interval(row, 0.95) == plain.interval(row, 0.95)
    assert in_steps(plain, 0.0) is plain


@pytest.mark.parametrize("name", TESTS)
def test_ties_reach_as_far_as_the_share_that_may_differ(name: str) -> None:
    found = in_steps(TESTS[name], 2.0).interval(np.zeros((1, 20)), 0.95)
    oracle = binomtest(0, 20).proportion_ci(0.95, method="exact")
    assert found.high == pytest.approx(2.0 * oracle.high)
    assert found.low == -found.high


def test_p_and_interval_agree() -> None:
    row, test = np.zeros((1, 12)), in_steps(T, 2.0)
    edge = float(test.interval(row, 0.95).high[0])
    assert test.p(row + edge, "greater") == pytest.approx(0.025)
    assert test.p(row + 1.01 * edge, "two-sided") < 0.05 < test.p(row + 0.99 * edge, "two-sided")


def test_a_whole_step_in_every_pair_is_as_clear_as_signs_are() -> None:
    row, test = np.full((1, 8), 2.0), in_steps(T, 2.0)
    assert test.p(row, "greater") == T.p(row, "greater") == 2.0**-8
    assert test.interval(row, 0.95).low > 0


def test_few_ties_bound_nothing_and_infinite_rows_are_signs() -> None:
    assert np.isinf(in_steps(T, 2.0).interval(np.zeros((1, 4)), 0.95).high)
    lost = np.full((1, 8), np.inf)
    assert in_steps(T, 2.0).p(lost, "greater") == T.p(lost, "greater")


def test_how_many_ties_it_takes() -> None:
    assert pairs_of_ties(1.0, 0.0, 2.0**-6) == pytest.approx(6)
    assert 0.75 ** pairs_of_ties(0.5, 2.0, 0.01) == pytest.approx(0.01)
    assert np.isinf(pairs_of_ties(0.0, 2.0, 0.01))


def test_ties_alone_end_nothing() -> None:
    """Twelve ties had an interval without width: narrow enough, and nothing was told."""
    design = Design(until=0.2, most=32)
    looks = design.terms().looks or Looks((32,))
    ends = follow(
        ["a", "b"],
        lambda names, pairs: {name: [0.9] * pairs for name in names},
        POINT,
        design,
        design.terms(),
        looks.at,
    )
    assert ends.pairs == 32 and ends.to_best[0].evidence.high > 0.2
    assert "tie in all 32 pairs: a margin" in ends.headline


def test_equivalence_of_coarse_scores_is_claimed_falsely_no_more_than_asked() -> None:
    """One pair in four differs by a step, always the same way: the mean is just the margin."""
    rng, step, plan = np.random.default_rng(7), 1.0, (4, 8, 12, 16, 20, 24, 28, 32)
    rows = (rng.random((4000, 32)) < 0.25) * step
    terms, wrong = Terms(looks=Looks(plan)), np.zeros(4000, dtype=bool)
    for n in plan:
        wrong |= terms.rule(n, step).p(rows[:, :n] - 0.25 * step, "less") <= 0.05
    tied = (rows[:, :12] == 0).all(1).mean()
    assert tied > 0.02  # they alone would have been claimed
    assert wrong.mean() < 0.05 + 3 * (0.05 * 0.95 / 4000) ** 0.5
