from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.recipe.test_plan import CHANGES, changed
from trainlab.built_in import built_in
from trainlab.errors import RecipeError
from trainlab.recipe import Recipe
from trainlab.recipe.lines import parse
from trainlab.recipe.source import load
from trainlab.recipe.text import read, write

changes = st.fixed_dictionaries(
    {},
    optional={
        **{key: st.sampled_from(values) for key, values in CHANGES.items()},
        "optimizer.lr": st.floats(0, 1e300, allow_nan=False),
        "train.compile": st.sampled_from(["on", "off", "auto"]),
        "data.source": st.sampled_from(
            [None, "digits", {"name": "table", "path": "1e5", "target": "no"}]
        ),
        "seed": st.integers(0, 2**62),
        "train.evaluate_every": st.sampled_from(["5%", "0.5ep", 7]),
    },
)


@given(changes)
def test_a_recipe_survives_being_written(change: dict[str, object]) -> None:
    recipe = changed(change)
    text = write(recipe, "a heading\nof two lines")
    assert read(text, "r") == recipe
    assert write(read(text, "r"), "a heading\nof two lines") == text


@given(changes)
def test_any_reader_of_yaml_reads_the_same(change: dict[str, object]) -> None:
    text = write(changed(change))
    assert yaml.safe_load(text) == parse(text, "r").data


@pytest.mark.parametrize("name", built_in())
def test_built_in_recipes_survive_being_written(name: str) -> None:
    recipe = load(name)
    assert read(write(recipe), name) == recipe


def test_the_resolved_recipe_is_pleasant_to_read() -> None:
    text = write(Recipe(data={"source": "wine", "preprocess": ["standardize"]}), "wine")
    assert text.startswith("# wine\n\n# What is learned from.\ndata:\n  source: wine\n")
    assert "  preprocess: [standardize]\n" in text
    assert "  rule: adam\n  lr: 0.001\n" in text
    assert "momentum" not in text  # adam does not read it
    assert text.endswith("\nseed: 0\nseeds: 1\n")
    assert max(map(len, text.splitlines())) <= 100


def test_sections_stand_in_the_order_of_the_schema() -> None:
    keys = list(yaml.safe_load(write(Recipe())))
    assert keys == list(Recipe.model_fields)


def test_one_e_minus_three_is_a_number() -> None:
    assert read("optimizer: {lr: 1e-3}", "r").optimizer.lr == 0.001


@pytest.mark.parametrize("norm", ["none", "null", "~", "false", "None"])
def test_no_norm_is_said_in_many_ways(norm: str) -> None:
    network = read(f"network: {{name: mlp, norm: {norm}}}", "r").network
    assert network is not None
    assert network.arguments()["norm"] == "none"


@pytest.mark.parametrize(
    ("word", "meant"), [("on", True), ("yes", True), ("off", False), ("no", False)]
)
def test_words_for_truth_are_understood_where_truth_is_asked_for(word: str, meant: bool) -> None:
    source = read(f"data: {{source: {{name: digits, flat: {word}}}}}", "r").data.source
    assert source is not None
    assert source.arguments()["flat"] is meant


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n", "null"])
def test_an_empty_recipe_is_refused(text: str) -> None:
    with pytest.raises(RecipeError, match="empty") as caught:
        read(text, "my.yaml")
    assert caught.value.where == "my.yaml"


@pytest.mark.parametrize(
    ("text", "kind"), [("- data\n- network", "a list"), ("adam", "single value")]
)
def test_a_recipe_is_sections(text: str, kind: str) -> None:
    with pytest.raises(RecipeError, match=kind):
        read(text, "my.yaml")


def test_overrides_are_put_in() -> None:
    recipe = read("network: cnn\n", "r", ["network.kernel=5", "seeds=8"])
    assert recipe.network is not None
    assert (recipe.network.arguments()["kernel"], recipe.seeds) == (5, 8)
