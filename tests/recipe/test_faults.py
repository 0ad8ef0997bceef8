from __future__ import annotations

from typing import Any

import pytest

from trainlab.errors import RecipeError, UnknownName
from trainlab.recipe import Recipe
from trainlab.recipe.faults import keys_at
from trainlab.recipe.text import read


def fault(text: str) -> RecipeError:
    with pytest.raises(RecipeError) as caught:
        read(text, "my.yaml")
    return caught.value


def test_an_unknown_key_is_answered_with_the_nearest_and_its_line() -> None:
    found = fault("optimizer:\n  rule: adam\n  momentun: 0.9\n")
    assert found.what == "optimizer has no key 'momentun'"
    assert found.where == "my.yaml, line 3"
    assert found.nearest == "momentum"
    assert {"lr", "rule", "weight_decay"} < set(found.allowed)
    assert found.next_step


def test_an_unknown_section_is_answered_with_the_nearest() -> None:
    found = fault("seed: 0\noptimiser: {lr: 0.1}\n")
    assert (found.nearest, found.where) == ("optimizer", "my.yaml, line 2")


def test_an_unknown_option_is_answered_with_the_rows_own() -> None:
    found = fault("network: {name: gru, hiden: 3}")
    assert found.nearest == "hidden"
    assert "widths" not in found.allowed


def test_an_unknown_option_in_a_list_too() -> None:
    found = fault("data:\n  preprocess:\n    - standardize\n    - {name: pca, component: 3}\n")
    assert found.what == "data.preprocess.1 has no key 'component'"
    assert (found.nearest, found.where) == ("components", "my.yaml, line 4")


def test_an_unknown_option_of_a_choice_within_a_choice_too() -> None:
    found = fault("network: {name: mlp, activation: {name: leaky_relu, slop: 0.1}}")
    assert found.what == "network.activation has no key 'slop'"
    assert found.nearest == "slope"


def test_an_unknown_name_is_answered_with_the_names() -> None:
    with pytest.raises(UnknownName) as caught:
        read("network:\n  name: mlpp\n", "my.yaml")
    found = caught.value
    assert (found.what, found.nearest) == ("there is no network 'mlpp'", "mlp")
    assert found.where == "my.yaml, line 1: network"
    assert "trainlab list network" in found.next_step


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("optimizer: {lr: -1}", "optimizer.lr should be at least 0, but is -1"),
        ("optimizer: {clip_norm: 0}", "optimizer.clip_norm should be more than 0, but is 0"),
        ("optimizer: {beta1: 1}", "optimizer.beta1 should be less than 1, but is 1"),
        ("optimizer: {lr: fast}", "optimizer.lr should be a number, but is 'fast'"),
        ("optimizer: {lr: .inf}", "optimizer.lr should be a finite number, but is inf"),
        ("train: {batch_size: true}", "train.batch_size should be a whole number, but is true"),
        ("train: {batch_size: null}", "train.batch_size should be a whole number, but is null"),
        ("train: {threads: many}", "train.threads should be auto or a whole number, but is 'many'"),
        ("train: {precision: fp8}", "train.precision cannot be 'fp8'"),
        ("train: [3]", "train should be a section of keys and values, but is a list"),
        (
            "network: {name: mlp, widths: [x]}",
            "network.widths.0 should be a whole number, but is 'x'",
        ),
        ("data: {preprocess: pca}", "data.preprocess should be a list: [...], but is 'pca'"),
        ("data: {source: table}", "data.source.path is missing, and it has no default"),
        (
            "network: {widths: [3]}",
            "network should be the name of a network, alone or as `name:` beside its options",
        ),
    ],
)
def test_what_is_wrong_is_said_in_words(text: str, what: str) -> None:
    assert fault(text).what == what


def test_words_that_are_allowed_are_listed() -> None:
    found = fault("train: {precision: bf61}")
    assert (found.allowed, found.nearest) == (("fp32", "bf16", "fp64"), "bf16")


def test_several_faults_are_listed_together() -> None:
    found = str(fault("optimizer:\n  lr: -1\n  rule: adamm\ntrain:\n  batch: 3\n"))
    assert found.startswith("the recipe has 3 faults\n1. ")
    for part in ("line 2", "line 3", "line 5", "optimizer.lr", "'adamm'", "'batch'", "batch_size"):
        assert part in found


def test_without_a_file_the_key_is_the_place() -> None:
    with pytest.raises(RecipeError) as caught:
        Recipe(train={"batch_size": 0})
    assert caught.value.where == "train.batch_size"


def test_an_override_is_a_place() -> None:
    with pytest.raises(RecipeError) as caught:
        read("optimizer: {lr: 0.1}", "my.yaml", ["optimizer.lr=-1"])
    assert caught.value.where == "the override 'optimizer.lr=-1'"


def test_keys_below_a_name_are_the_rows() -> None:
    data: dict[str, Any] = {"network": {"name": "gru"}, "data": {"augment": ["flip"]}}
    assert "hidden" in keys_at(Recipe, ("network",), data)
    assert "probability" in keys_at(Recipe, ("data", "augment", 0), data)
    assert "seeds" in keys_at(Recipe, (), data)
