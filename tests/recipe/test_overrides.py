from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from trainlab.errors import RecipeError
from trainlab.recipe.overrides import Override, parse_override, placed, put

FILLED = {
    "network": {"name": "mlp", "widths": (128,)},
    "optimizer": {"rule": "adam", "lr": 0.1},
    "data": {"source": None, "preprocess": ()},
}


def putting(data: dict[str, Any], *texts: str) -> dict[str, Any]:
    return put(data, [parse_override(text) for text in texts], FILLED)


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("optimizer.lr=1e-3", "optimizer.lr", 1e-3),
        ("network = cnn", "network", "cnn"),
        ("network.widths=[64, 64]", "network.widths", [64, 64]),
        ("schedule={name: cosine, warmup: 5%}", "schedule", {"name": "cosine", "warmup": "5%"}),
        ("optimizer.clip_norm=", "optimizer.clip_norm", None),
        ("a.b=c=d", "a.b", "c=d"),
    ],
)
def test_key_and_value_are_read(text: str, key: str, value: Any) -> None:
    assert (parse_override(text).key, parse_override(text).value) == (key, value)


@pytest.mark.parametrize("text", ["", "optimizer.lr", "=3", "a..b=3", ".a=3", "a b=3", "a.=3"])
def test_other_forms_are_refused(text: str) -> None:
    with pytest.raises(RecipeError, match="key=value") as caught:
        parse_override(text)
    assert "optimizer.lr=0.01" in caught.value.next_step


def test_a_value_that_is_not_yaml_is_refused() -> None:
    with pytest.raises(RecipeError, match="not YAML") as caught:
        parse_override("network.widths=[3")
    assert "network.widths=[3" in caught.value.where


@pytest.mark.parametrize(
    ("data", "text", "expected"),
    [
        ({}, "optimizer.lr=1", {"optimizer": {"lr": 1}}),
        ({}, "network.widths=[3]", {"network": {"name": "mlp", "widths": [3]}}),
        ({"network": "cnn"}, "network.kernel=5", {"network": {"name": "cnn", "kernel": 5}}),
        ({"network": None}, "network.widths=[3]", {"network": {"name": "mlp", "widths": [3]}}),
        (
            {"data": {"preprocess": ["standardize", "pca"]}},
            "data.preprocess.1.components=3",
            {"data": {"preprocess": ["standardize", {"name": "pca", "components": 3}]}},
        ),
        (
            {"data": {"preprocess": ["pca"]}},
            "data.preprocess.0=robust",
            {"data": {"preprocess": ["robust"]}},
        ),
    ],
)
def test_a_value_is_put_where_it_belongs(
    data: dict[str, Any], text: str, expected: dict[str, Any]
) -> None:
    before = deepcopy(data)
    assert putting(data, text) == expected
    assert data == before


def test_later_overrides_win() -> None:
    assert putting({}, "optimizer.lr=1", "optimizer.lr=2") == {"optimizer": {"lr": 2}}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("optimizer.lr.x=3", "optimizer.lr is a value"),
        ("data.preprocess.2=pca", "is a list of 1"),
        ("data.preprocess.first=pca", "is a list of 1"),
        ("data.preprocess.2.components=3", "is a list of 1"),
    ],
)
def test_a_place_that_is_not_there_is_refused(text: str, what: str) -> None:
    with pytest.raises(RecipeError, match=what) as caught:
        putting({"optimizer": {"lr": 1}, "data": {"preprocess": ["pca"]}}, text)
    assert text in caught.value.where


def test_an_override_takes_the_place_of_the_lines_it_replaces() -> None:
    places = {("network",): "line 1", ("network", "widths"): "line 2", ("seed",): "line 3"}
    now = placed(places, [Override("network", "cnn")])
    assert now == {("network",): "the override 'network'", ("seed",): "line 3"}
