from __future__ import annotations

import math

import pytest

from trainlab.errors import RecipeError
from trainlab.nn.random_layers import RATES
from trainlab.recipe import Recipe, column, leaves, read
from trainlab.recipe.optimizer import HYPERS
from trainlab.rules.around import AROUND

RECIPE = Recipe(
    data={"source": "digits", "preprocess": ["standardize", {"name": "pca", "components": 3}]},
    network={"name": "mlp", "activation": {"name": "leaky_relu", "slope": 0.2}},
)


def per_member(recipe: Recipe) -> set[str]:
    return {leaf.key for leaf in leaves(recipe) if leaf.per_member}


def test_every_leaf_is_read_by_its_key() -> None:
    for leaf in leaves(RECIPE):
        if not leaf.key.endswith(".length") or leaf.key == "train.length":
            assert read(RECIPE, leaf.key) == leaf.value


def test_keys_are_unique() -> None:
    keys = [leaf.key for leaf in leaves(RECIPE)]
    assert len(keys) == len(set(keys))


def test_leaves_reach_into_lists_and_choices() -> None:
    values = {leaf.key: leaf.value for leaf in leaves(RECIPE)}
    assert values["data.preprocess.1.components"] == 3
    assert values["network.activation.slope"] == 0.2


def test_what_may_differ_between_members_is_marked() -> None:
    recipe = Recipe(regularize={"early_stopping": 3}, schedule={"name": "restarts"})
    assert per_member(recipe) == {
        "seed",
        "data.split.fold",
        "train.length",
        "optimizer.lr",
        *(f"optimizer.{row.field}" for row in AROUND.values()),
        *(f"optimizer.{name}" for row in AROUND.values() for name in row.counts),
        *(f"optimizer.{name}" for name in HYPERS),
        *(f"regularize.{name}" for name in (*RATES, "input_noise", "label_smoothing")),
        *(f"regularize.early_stopping.{name}" for name in ("patience", "min_delta")),
        *(f"schedule.{name}" for name in ("first", "multiply", "floor", "warmup", "warmup_from")),
    }


def test_a_column_has_a_number_a_member() -> None:
    members = [RECIPE.replace("optimizer.lr", rate) for rate in (0.1, 0.2)]
    assert column(members, "optimizer.lr") == [0.1, 0.2]
    assert column(members, "seed") == [0.0, 0.0]


def test_null_is_what_the_caller_says() -> None:
    members = [RECIPE, RECIPE.replace("optimizer.clip_norm", 2)]
    assert column(members, "optimizer.clip_norm") == [math.inf, 2.0]
    assert column(members, "data.split.fold", none=0) == [0.0, 0.0]


@pytest.mark.parametrize("key", ["optimizer.lrr", "optimiser.lr", "data.preprocess.7", "seed.x"])
def test_a_key_that_is_not_there_is_refused(key: str) -> None:
    with pytest.raises(RecipeError, match="has no value"):
        read(RECIPE, key)
