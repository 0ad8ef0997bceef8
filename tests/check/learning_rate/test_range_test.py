"""Real trainings, small: what is suggested trains, and nothing else has changed."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from trainlab.check.learning_rate import Grid, Range, RangeTest, Refusal, range_test
from trainlab.check.learning_rate.short_runs import ShortRuns
from trainlab.engine.experiment import Experiment
from trainlab.engine.loop import train
from trainlab.engine.record import Finished
from trainlab.errors import InputError
from trainlab.recipe import Recipe

WINE = Recipe(
    data={"source": "wine", "preprocess": ["standardize"]},
    network={"name": "mlp", "widths": [8]},
    train={"length": "60ep"},
)
DIGITS = Recipe(
    data={"source": "digits", "preprocess": ["standardize"]},
    network={"name": "mlp", "widths": [16]},
)
SMALL = Grid(low=1e-5, points=15, seeds=3, steps=40)
AWAY = Grid(low=1e-5, high=0.03, points=9, seeds=3, steps=40)
"""The best rate lies above it."""


def sgd(recipe: Recipe) -> Recipe:
    return recipe.replace("optimizer.rule", "sgd")


@pytest.mark.parametrize("rule", ["sgd", "adam"])
@pytest.mark.parametrize("recipe", [WINE, DIGITS], ids=["wine", "digits"])
def test_the_suggestion_trains_better_than_a_tenth_and_ten_times_it(
    recipe: Recipe, rule: str
) -> None:
    recipe = recipe.replace("optimizer.rule", rule)
    found = range_test(recipe, grid=SMALL)
    rate = found.suggestion
    assert rate is not None and isinstance(found.found, Range)
    assert found.confirmation is not None and not found.confirmation.diverged
    arms = [(each, seed) for each in (rate, rate / 10, rate * 10) for seed in range(100, 106)]
    _, after = ShortRuns(recipe).losses(arms, 40, "")
    best, tenth, tenfold = np.median(after.reshape(3, 6), axis=1)
    assert best < tenth
    assert best < tenfold


@pytest.fixture(scope="module")
def sgd_on_wine() -> RangeTest:
    return range_test(sgd(WINE), grid=AWAY)


def test_the_grid_goes_on_where_the_best_lies_beyond_it(sgd_on_wine: RangeTest) -> None:
    rates = sgd_on_wine.curve.rates
    assert sgd_on_wine.suggestion is not None and sgd_on_wine.suggestion > 0.03
    assert rates.max() > 1
    assert sgd_on_wine.grid == AWAY
    np.testing.assert_allclose(np.diff(np.log10(rates)), np.log10(3e3) / 8)
    assert sgd_on_wine.curve.loss.shape == (len(rates), 3)


def test_the_confirmation_uses_seeds_that_the_grid_did_not(sgd_on_wine: RangeTest) -> None:
    assert sgd_on_wine.confirmation is not None
    assert not set(sgd_on_wine.confirmation.seeds) & set(sgd_on_wine.seeds)
    roles = {rival.role: rival.rate for rival in sgd_on_wine.confirmation.rivals}
    assert roles["current"] == sgd_on_wine.current == 0.01
    assert roles["lower"] < sgd_on_wine.confirmation.rate < roles["higher"]


def test_where_nothing_learns_nothing_is_suggested() -> None:
    dead = WINE.replace("network.init", "zeros").replace("network.widths", [8, 8])
    found = range_test(dead, grid=Grid(low=1e-5, high=1e-3, points=5, seeds=2, steps=5))
    assert isinstance(found.found, Refusal)
    assert (found.suggestion, found.confirmation) == (None, None)
    assert found.curve.rates[-1] == pytest.approx(10)  # it looked higher first


class Brittle(nn.Module):
    """A network that is finite only as long as it has not moved."""

    def __init__(self) -> None:
        super().__init__()
        self.line = nn.Linear(13, 3)
        nn.init.zeros_(self.line.bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        moved = self.line.bias.detach().abs().sum()
        outputs: torch.Tensor = self.line(x)
        return outputs + torch.where(moved > 0, torch.inf, 0.0)


def test_where_everything_diverges_nothing_is_suggested() -> None:
    found = range_test(WINE, model=Brittle, grid=Grid(low=1, high=10, points=5, seeds=2, steps=3))
    assert isinstance(found.found, Refusal) and found.found.why == "diverges"
    assert found.curve.rates[0] == pytest.approx(1e-4)  # it looked lower first
    assert np.isinf(found.curve.loss).all()


@pytest.mark.parametrize(
    "wrong", [{"low": 1.0, "high": 0.1}, {"low": 0.0}, {"points": 3}, {"seeds": 0}, {"steps": 0}]
)
def test_a_grid_that_is_none_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        Grid(**wrong)


def test_losses_are_held_against_the_best_constant(sgd_on_wine: RangeTest) -> None:
    """Of three classes of like size, ln 3; of standardised targets with the mean for all, one."""
    assert sgd_on_wine.constant == pytest.approx(np.log(3), abs=0.05)
    assert sgd_on_wine.learns
    diabetes = Recipe(data={"source": "diabetes"}, network={"name": "linear"})
    assert ShortRuns(diabetes).constant() == pytest.approx(1, abs=0.35)


def state() -> list[Any]:
    """Everything a finder could leave otherwise than it was."""
    numpy_state = np.random.get_state()
    return [
        torch.get_rng_state().tolist(),
        random.getstate(),
        [part.tolist() if isinstance(part, np.ndarray) else part for part in numpy_state],
        torch.get_num_threads(),
        torch.get_default_dtype(),
        torch.is_grad_enabled(),
    ]


def weights_after(recipe: Recipe, model: nn.Module) -> dict[str, torch.Tensor]:
    events = list(train(Experiment(recipe, model).training()))
    (finished,) = [event for event in events if isinstance(event, Finished)]
    return dict(finished.last)


def test_a_training_after_it_is_the_same_to_the_bit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    recipe = WINE.replace("network", None).replace("train.length", "5ep")
    model = nn.Sequential(nn.Linear(13, 8), nn.BatchNorm1d(8), nn.Dropout(0.3), nn.Linear(8, 3))
    model.eval()
    kept = {name: value.clone() for name, value in model.state_dict().items()}
    first = weights_after(recipe, model)
    before = state()
    range_test(recipe, model=model, grid=Grid(points=6, seeds=2, steps=5))
    assert state() == before
    assert list(tmp_path.iterdir()) == []
    assert not model.training and not any(p.grad is not None for p in model.parameters())
    assert all(torch.equal(model.state_dict()[name], kept[name]) for name in kept)
    second = weights_after(recipe, model)
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_it_comes_to_the_same_twice(sgd_on_wine: RangeTest) -> None:
    again = range_test(sgd(WINE), grid=AWAY)
    assert np.array_equal(again.curve.loss, sgd_on_wine.curve.loss)
