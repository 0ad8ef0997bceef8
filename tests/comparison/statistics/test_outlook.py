from __future__ import annotations

import numpy as np
import pytest

from trainlab.comparison.statistics.flips import flip_p
from trainlab.comparison.statistics.outlook import outlook
from trainlab.comparison.statistics.power import pairs_to_separate
from trainlab.comparison.statistics.tests import TESTS

ROW = np.array([1.0, -0.5, 0.8, 0.1, 0.4, -0.2])


def test_it_counts_the_pairs_beyond_those_seen() -> None:
    needed = pairs_to_separate(ROW.mean() / ROW.std(ddof=1), alpha=0.01)
    assert needed is not None
    assert outlook(ROW, 0.01, 0.8).more == needed - 6


def test_to_show_that_it_lies_within_the_margin_may_be_sooner() -> None:
    assert (outlook(ROW, 0.05, 0.8, (2.0, 0.0)).more or 0) < (outlook(ROW, 0.05, 0.8).more or 0)
    assert outlook(ROW, 0.05, 0.8, (0.1, 0.0)) == outlook(ROW, 0.05, 0.8)


@pytest.mark.parametrize(
    ("row", "word"),
    [
        (np.array([np.inf, 1, 2]), "without a score"),
        (np.array([2.0]), "one pair"),
        (np.zeros(4), "a margin would tell"),
        (np.array([1.0, -1.0, 1.0, -1.0]), "not within 10,000"),
    ],
)
def test_where_nothing_can_be_said_it_says_why(row: np.ndarray, word: str) -> None:
    found = outlook(row, 0.05, 0.8)
    assert found.more is None and word in found.why


def test_a_test_that_needs_more_pairs_to_tell_anything_has_them() -> None:
    clear = np.array([5.0, 5.1, 4.9, 5.2])
    assert outlook(clear, 0.05, 0.8).more == 1
    assert outlook(clear, 0.05, 0.8, fewest=TESTS["sign_flip"].fewest(0.05)).more == 2
    every = [flip_p(np.ones(n)) <= 0.05 / 28 for n in range(2, 17)]
    assert TESTS["sign_flip"].fewest(0.05 / 28) == 2 + every.index(True)


def test_where_one_arm_always_diverges_signs_are_counted() -> None:
    assert outlook(np.full(4, np.inf), 0.05, 0.8).more == 2
    assert outlook(np.full(4, -np.inf), 0.05, 0.8).more == 2


def test_equal_differences_need_so_many_signs() -> None:
    assert outlook(np.full(4, 2.0), 0.05, 0.8).more == 2
    assert outlook(np.zeros(3), 0.05, 0.8, (1.0, 0.0)).more == 2


def test_ties_of_scores_in_steps_need_more_pairs() -> None:
    needed = np.log(0.05) / np.log(0.75)  # a mean of 0.5, in steps of 2: one pair in four differs
    assert outlook(np.zeros(4), 0.05, 0.8, (0.5, 2.0)).more == np.ceil(needed) - 4
    assert "not within" in outlook(np.zeros(4), 0.05, 0.8, (1e-4, 2.0)).why
