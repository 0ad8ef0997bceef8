from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import pytest
import torch

from tests.claims.made import claim_of
from trainlab.claims.claim import Ask
from trainlab.claims.probes.populations import begun, by_depth, follow, gradient, signal_of, trained
from trainlab.comparison.running import Bench
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


def test_depth_is_counted_in_hidden_layers() -> None:
    ask = ask_of()
    ahead = by_depth(ask, {"own": []})["own"]
    assert ahead.x.tolist() == [1, 2]
    assert ahead.y.shape == (3, 2)
    layer = next(e for e in signal_of(ask)[1].layers if e.name == "activation2")
    rms = math.hypot(layer.activation.mean, layer.activation.std)
    assert ahead.y[1, 1] == pytest.approx(rms)
    assert not (by_depth(ask, {"own": []}, back=True)["own"].y == ahead.y).any()
