"""Two arms are paired where they share a stream: same seed, same weights, batches and noise."""

from __future__ import annotations

import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.laws.trainings import ready, recipe_of, task_of
from trainlab.recipe import expand

TASK = task_of((6,))


@given(seed=st.integers(0, 2**31), step=st.integers(0, 400))
def test_the_same_seed_sees_the_same_batches(seed: int, step: int) -> None:
    arm = recipe_of(seed=seed, regularize={"dropout": 0.1})
    pair = ready([arm, arm.replace("optimizer.lr", 0.3)], TASK)
    x, y = pair.feed.at(step)
    assert torch.equal(x[0], x[1])
    assert torch.equal(y[0], y[1])
    keys = pair.feed.layer_keys(step, 1)
    assert keys[0] == keys[1]


def test_the_same_seed_starts_from_the_same_weights() -> None:
    arm = recipe_of(seed=5)
    pair = ready([arm, arm.replace("optimizer.lr", 0.3)], TASK).population
    assert torch.equal(pair.theta[0], pair.theta[1])


def test_other_seeds_share_nothing() -> None:
    pair = ready(expand(recipe_of(seeds=2)), TASK)
    assert not torch.equal(pair.population.theta[0], pair.population.theta[1])
    assert not torch.equal(pair.feed.at(0)[0][0], pair.feed.at(0)[0][1])
    assert len(set(pair.feed.layer_keys(3, 1).flatten().tolist())) == 2


def test_another_rule_has_the_same_batches_and_start() -> None:
    adam = ready([recipe_of(seed=3)], TASK)
    sgd = ready([recipe_of(seed=3, optimizer={"rule": "sgd"})], TASK)
    assert torch.equal(adam.population.theta, sgd.population.theta)
    for step in range(8):
        assert torch.equal(adam.feed.at(step)[0], sgd.feed.at(step)[0])
