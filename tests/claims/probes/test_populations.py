from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor

from tests.claims.made import claim_of
from trainlab.claims.claim import Ask
from trainlab.claims.probes.populations import (
    Look,
    begun,
    each_followed,
    follow,
    gradient,
    reached,
    trained,
    weight,
)
from trainlab.comparison.running import Bench
from trainlab.engine.training import Training
from trainlab.errors import Interrupted

RECIPE = {
    "data": {"source": {"name": "moons", "examples": 60}},
    "network": {"name": "mlp", "widths": [4, 4], "activation": "tanh"},
    "optimizer": {"rule": "sgd", "lr": 0.1},
    "schedule": "constant",
    "train": {"length": "12steps", "evaluate_every": "4steps", "batch_size": 20},
}


def ask_of(**optimizer: float) -> Ask:
    recipe = RECIPE | {"optimizer": {"rule": "sgd", "lr": 0.1, **optimizer}}
    return claim_of(recipe=recipe, pairs=3).ask()


def test_looks_are_taken_before_and_at_each_evaluation() -> None:
    curves = follow(ask_of(), {"step": lambda t: torch.full((t.population.p,), float(t.t))})
    assert curves["step"].x.tolist() == [0, 4, 8, 12]
    assert curves["step"].y.tolist() == [[0, 4, 8, 12]] * 3


def test_a_run_that_left_is_nan_from_there() -> None:
    ask = ask_of(lr=1e38)
    curve = follow(ask, {"one": lambda t: torch.ones(t.population.p)})["one"]
    assert (curve.y[:, 0] == 1).all()
    assert curve.x[-1] == 12
    assert all(map(math.isnan, curve.y[:, -1]))


def test_training_moves_from_where_it_began() -> None:
    ask = ask_of()
    start, end = begun(ask).population.theta, trained(ask).population.theta
    assert start.shape == end.shape == (3, start.shape[1])
    assert not torch.equal(start, end)


@pytest.mark.parametrize("work", [lambda ask: follow(ask, {}), trained])
def test_training_stops_between_two_steps_where_it_is_asked(work: Callable[[Ask], object]) -> None:
    told: list[float] = []
    bench = Bench(stop=lambda: max(told) >= 5)
    ask = replace(ask_of(), bench=bench, watch=lambda progress: told.append(progress.done))
    with pytest.raises(Interrupted):
        work(ask)
    assert told == [0, 1, 2, 3, 4, 4, 5]  # of 12 updates, with a look at 4


def test_the_gradient_of_each_row_is_its_own() -> None:
    training = begun(ask_of())
    x, y = training.feed.at(0)
    whole = gradient(training, x, y)
    other = gradient(training, x.roll(1, 0), y.roll(1, 0))
    assert whole.shape == training.population.theta.shape
    assert not torch.allclose(whole, other)


def test_a_batch_of_all_is_one_of_each_own() -> None:
    training = begun(ask_of())
    x, y = training.task.part("train")
    own = gradient(training, x.expand(3, *x.shape[1:]), y.expand(3, *y.shape[1:]))
    assert torch.equal(gradient(training, x, y), own)


def test_every_arm_is_followed_by_a_look_of_its_own() -> None:
    def counting() -> Look:
        seen: list[int] = []

        def look(training: Training) -> Tensor:
            seen.append(1)
            return torch.full((training.population.p,), float(len(seen)))

        return look

    curves = each_followed(ask_of(), {"a": [], "b": ["optimizer.lr=0.2"]}, counting)
    assert [curves[arm].y[0].tolist() for arm in "ab"] == [[1, 2, 3, 4]] * 2


def test_the_first_place_at_a_level_is_given_or_the_last_of_all() -> None:
    loss = np.array([[1, 0.2, 0.1], [1, 0.5, np.nan], [0.1, 0.5, 0.3]])
    place, there = reached(loss, 0.2)
    assert place.tolist() == [1, 2, 0]
    assert there.tolist() == [True, False, True]


def test_a_parameter_is_read_row_by_row() -> None:
    training = begun(ask_of())
    assert weight(training, "linear2.weight").shape == (3, 4, 4)
