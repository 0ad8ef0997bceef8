from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from trainlab.errors import RecipeError
from trainlab.recipe import Recipe
from trainlab.recipe.schema import Data, EarlyStopping, Regularize, Split, Train
from trainlab.schedules import Span


@pytest.mark.parametrize("section", [Recipe, Data, Split, Regularize, EarlyStopping, Train])
def test_a_sentence_stands_under_every_field(section: type[BaseModel]) -> None:
    told = {name: field.description or "" for name, field in section.model_fields.items()}
    assert all(text.endswith(".") for text in told.values()), told


def test_the_optimizers_numbers_have_a_sentence_too() -> None:
    fields = type(Recipe().optimizer).model_fields
    assert all((field.description or "").endswith(".") for field in fields.values())


def test_a_recipe_is_frozen() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Recipe().seed = 3


def test_a_recipe_needs_nothing() -> None:
    recipe = Recipe()
    assert recipe.data.source is None
    assert recipe.network is not None
    assert recipe.network.name == "mlp"


def test_a_recipe_is_made_by_keyword_or_from_data() -> None:
    data = {"network": {"name": "mlp", "widths": [8]}, "optimizer": {"lr": 0.1}}
    assert Recipe(**data) == Recipe.of(data)


def test_parts_of_another_recipe_may_be_given() -> None:
    recipe = Recipe(network={"name": "mlp", "widths": [8]}, optimizer={"lr": 0.1})
    assert Recipe(network=recipe.network, optimizer=recipe.optimizer, train=Train()) == recipe


def test_what_was_said_is_told_from_what_was_filled_in() -> None:
    recipe = Recipe(optimizer={"lr": 0.1}, network="mlp")
    assert recipe.given() == {"network": {"name": "mlp"}, "optimizer": {"lr": 0.1}}
    assert recipe.filled()["optimizer"]["beta1"] == 0.9
    assert Recipe.of(recipe.filled()).filled() == recipe.filled()


def test_replacing_gives_a_new_recipe() -> None:
    recipe = Recipe(optimizer={"lr": 0.1})
    other = recipe.replace("optimizer.lr", 0.2)
    assert (recipe.optimizer.lr, other.optimizer.lr) == (0.1, 0.2)
    assert recipe.replace("optimizer.lr", 0.1) == recipe


def test_a_section_is_replaced_whole() -> None:
    recipe = Recipe(network={"name": "mlp", "widths": [8]}).replace("network", {"name": "gru"})
    assert recipe.network == Recipe(network="gru").network
    assert recipe.replace("network", None).network is None


def test_overrides_are_texts() -> None:
    recipe = Recipe().with_overrides(["train.length=5%", "train.length=2000steps", "seed=3"])
    assert (recipe.train.length, recipe.seed) == (Span(2000, "steps"), 3)


def test_the_option_of_a_default_row_may_be_replaced() -> None:
    network = Recipe().replace("network.widths", [8]).network
    assert network is not None
    assert network.arguments()["widths"] == (8,)


def test_it_travels_to_another_process() -> None:
    recipe = Recipe(network={"name": "mlp", "widths": [8]}, train={"length": "5ep"}, seeds=3)
    for other in (pickle.loads(pickle.dumps(recipe)), copy.deepcopy(recipe), copy.copy(recipe)):
        assert other == recipe
        assert other.given() == recipe.given()


@pytest.mark.parametrize("empty", ["data", "optimizer", "regularize", "train"])
def test_an_empty_section_is_the_default(empty: str) -> None:
    assert Recipe.of({empty: None}) == Recipe()


def test_an_empty_list_is_the_default() -> None:
    assert Recipe(data={"preprocess": None, "split": None}) == Recipe()


def test_a_patience_alone_is_early_stopping() -> None:
    assert Recipe(regularize={"early_stopping": 3}).regularize.early_stopping == EarlyStopping(
        patience=3
    )


@pytest.mark.parametrize(
    ("given", "expected"), [(True, "on"), (False, "off"), ("on", "on"), ("auto", "auto")]
)
def test_compile_is_a_word_or_a_truth(given: Any, expected: str) -> None:
    assert Recipe(train={"compile": given}).train.compile == expected


@pytest.mark.parametrize("given", ["auto", "cpu", "cuda", "cuda:1", "mps"])
def test_devices_are_torchs(given: str) -> None:
    assert Recipe(train={"device": given}).train.device == given


WRONG: list[tuple[str, Any]] = [
    ("seed", -1),
    ("seed", 1.5),
    ("seeds", 0),
    ("data", 3),
    ("data.source", {"name": "digits", "round": True}),
    ("data.split.val", 1.0),
    ("data.split.val", -0.1),
    ("data.split", {"val": 0.5, "test": 0.5}),
    ("data.split.by", "age"),
    ("data.split.folds", 1),
    ("data.split", {"folds": 3, "fold": 3}),
    ("data.split.fold", 0),
    ("data.on_bad", "ignore"),
    ("data.preprocess", "standardize"),
    ("data.preprocess", [{"components": 3}]),
    ("network", 3),
    ("network.widths", 3),
    ("network.widths", ["wide"]),
    ("schedule", None),
    ("schedule.warmup", "5 parsecs"),
    ("schedule.floor", 2),
    ("regularize.dropout", 1),
    ("regularize.label_smoothing", "much"),
    ("regularize.early_stopping", 0),
    ("regularize.early_stopping", 2.5),
    ("regularize.early_stopping", {"monitor": "train/loss"}),
    ("train.length", "5%"),
    ("train.length", None),
    ("train.length", -3),
    ("train.length", "0ep"),
    ("train.length", 0),
    ("train.evaluate_every", "0ep"),
    ("train.checkpoint_every", "0%"),
    ("train.batch_size", 0),
    ("train.batch_size", True),
    ("train.batch_size", "64"),
    ("train.device", "tpu"),
    ("train.precision", "fp8"),
    ("train.compile", ["on"]),
    ("train.threads", "many"),
    ("train.speed", "high"),
]


@pytest.mark.parametrize(("key", "value"), WRONG)
def test_what_makes_no_sense_is_refused_by_its_key(key: str, value: Any) -> None:
    with pytest.raises(RecipeError) as caught:
        Recipe().replace(key, value)
    section = key.rpartition(".")[0] or key
    assert section in str(caught.value)
    assert key in caught.value.where
