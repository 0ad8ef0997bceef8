from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import ttest_rel

from trainlab.comparison.statistics.best import beaten, chance_of_best, order
from trainlab.comparison.statistics.student import t_p

RNG = np.random.default_rng


def test_of_two_arms_the_chance_is_one_minus_p() -> None:
    arms = RNG(0).normal([[0.4], [0.0]], 1, (2, 6))
    p = ttest_rel(arms[0], arms[1], alternative="greater").pvalue
    assert chance_of_best(arms, draws=200_000)[0] == pytest.approx(1 - p, abs=0.004)


def test_folds_share_examples_and_tell_less() -> None:
    arms = RNG(0).normal([[0.4], [0.0]], 1, (2, 6))
    p = float(t_p(arms[0] - arms[1], "greater", overlap=1 / 4))
    chance = chance_of_best(arms, overlap=1 / 4, draws=200_000)[0]
    assert chance == pytest.approx(1 - p, abs=0.004)
    assert chance < chance_of_best(arms)[0]


def test_chances_sum_to_one_and_equal_arms_share() -> None:
    arms = RNG(1).normal(size=(3, 5))
    assert chance_of_best(arms).sum() == pytest.approx(1)
    assert chance_of_best([arms[0]] * 4).tolist() == [0.25] * 4
    assert chance_of_best(arms[:, :1]).tolist() == [1 / 3] * 3


def test_an_arm_that_diverged_or_was_dropped_is_hardly_the_best() -> None:
    arms = [RNG(k).normal(size=8) for k in range(3)]
    arms[0] = np.append(arms[0][:7] + 5, -np.inf)
    arms[1] = arms[1][:4] + 50
    chances = chance_of_best(arms)
    assert chances[0] < 0.25 and chances[1] == 0
    assert order(arms) == [2, 0, 1]
    assert chance_of_best([np.full(3, -np.inf)] * 2).tolist() == [0.5, 0.5]


def test_the_order_is_by_mean_among_equals() -> None:
    arms = [np.array([1.0, 2.0]), np.array([5.0, -np.inf]), np.array([3.0, 4.0])]
    assert order(arms) == [2, 0, 1]


def test_the_best_is_beaten_at_most_alpha() -> None:
    rng, k, n, times = RNG(2), 5, 6, 2000
    scores = rng.normal(size=(times, k, n)) + rng.normal(size=(times, 1, n))
    p = t_p(scores[:, :, None] - scores[:, None], "greater")
    out = np.array([beaten(one, 0.05, k) for one in p])
    assert out[:, 0].mean() <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / times)
    assert out.any(1).mean() > 0.05  # some arm of five equals is: which is why alpha is shared


def test_arms_that_left_still_count() -> None:
    p = np.array([[1.0, 0.02], [1.0, 1.0]])
    assert beaten(p, 0.05, 2).tolist() == [False, True]
    assert beaten(p, 0.05, 8).tolist() == [False, False]
