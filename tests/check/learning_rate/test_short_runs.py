from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from trainlab.check.learning_rate import short_runs
from trainlab.check.learning_rate.short_runs import ShortRuns, short
from trainlab.engine.record import Event, Started
from trainlab.recipe import Recipe

RECIPE = Recipe(
    data={"source": "wine", "preprocess": ["standardize"]},
    network={"name": "mlp", "widths": [8]},
    schedule={"name": "cosine", "warmup": "5ep"},
    regularize={"early_stopping": 2, "dropout": 0.2},
    train={"length": "150ep", "batch_size": 64},
)
ARMS = [(rate, seed) for rate in (1e-3, 1e-1) for seed in (0, 1, 2)]


def test_a_short_recipe_is_the_recipe_at_a_constant_rate() -> None:
    found = short(RECIPE, 70)
    assert (found.schedule.name, found.regularize.early_stopping) == ("constant", None)
    assert str(found.train.length) == "70steps"
    assert found.regularize.dropout == 0.2
    assert found.optimizer == RECIPE.optimizer
    scheduled = RECIPE.with_overrides(
        ["optimizer.weight_decay=0.1", "schedules={weight_decay: linear}"]
    )
    found = short(scheduled, 70)
    assert found.filled()["optimizer"]["weight_decay"] == 0.1
    assert found.schedules == RECIPE.schedules


@pytest.mark.parametrize(
    ("length", "batch", "steps"),
    [("150ep", 64, 100), ("20ep", 64, 20), ("150ep", 1, 248), ("3000steps", 1, 248)],
)
def test_a_short_training_is_two_epochs_within_bounds(length: str, batch: int, steps: int) -> None:
    """124 examples train: the bounds are 100, 300 and the recipe's own length."""
    recipe = RECIPE.replace("train.length", length).replace("train.batch_size", batch)
    assert ShortRuns(recipe).steps() == steps


def test_an_arm_comes_to_the_same_whoever_trains_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Event] = []
    before, after = ShortRuns(RECIPE).losses(ARMS, 12, "all")
    monkeypatch.setattr(short_runs, "AT_ONCE", 1)
    alone_before, alone_after = ShortRuns(RECIPE, watch=told.append).losses(ARMS, 12, "alone")
    np.testing.assert_allclose(alone_before, before, rtol=1e-6)
    np.testing.assert_allclose(alone_after, after, rtol=1e-5)
    starts = [event for event in told if isinstance(event, Started)]
    assert [start.notes[-1] for start in starts[:2]] == [
        "alone, part 1 of 6",
        "alone, part 2 of 6",
    ]


def test_arms_of_one_seed_start_from_one_loss() -> None:
    before, after = ShortRuns(RECIPE).losses(ARMS, 12, "")
    assert (before[:3] == before[3:]).all()
    assert len(set(before[:3])) == 3
    assert (after[3:] < after[:3]).all()


def test_what_diverges_is_infinite() -> None:
    recipe = RECIPE.replace("optimizer.rule", "sgd").replace("train.loss", "mse")
    recipe = recipe.replace("data.source", "diabetes")
    _, after = ShortRuns(recipe).losses([(1e-3, 0), (1e6, 0)], 30, "")
    assert np.isfinite(after).tolist() == [True, False]


def test_the_training_split_judges_where_none_validates() -> None:
    recipe = RECIPE.replace("data.split.val", 0.0)
    before, after = ShortRuns(recipe).losses([(0.03, 0)], 40, "")
    assert after[0] < before[0] / 2


def test_a_module_alone_starts_from_its_own_weights() -> None:
    recipe = RECIPE.replace("regularize.dropout", 0.0).replace("network", None)
    model = nn.Linear(13, 3)
    nn.init.constant_(model.weight, 0.0)
    nn.init.constant_(model.bias, 0.0)
    kept = {name: value.clone() for name, value in model.state_dict().items()}
    before, after = ShortRuns(recipe, model).losses([(0.1, 0), (0.1, 1)], 10, "")
    assert before == pytest.approx([np.log(3)] * 2)
    assert (after < before).all() and after[0] != after[1]
    assert all(torch.equal(model.state_dict()[name], kept[name]) for name in kept)
    several, _ = ShortRuns(recipe.replace("seeds", 2), model).losses([(0.1, 0), (0.1, 1)], 1, "")
    assert several[0] != several[1]
