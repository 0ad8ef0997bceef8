from __future__ import annotations

import math
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from trainlab.errors import RecipeError
from trainlab.recipe.lines import parse, parse_value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-3", 1e-3),
        ("1E5", 1e5),
        ("1.e-3", 1e-3),
        (".5", 0.5),
        ("-2.5", -2.5),
        ("3", 3),
        ("-3", -3),
        ("010", 10),
        ("10_000", 10_000),
        ("0.1", 0.1),
        (".inf", math.inf),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("on", "on"),
        ("off", "off"),
        ("yes", "yes"),
        ("no", "no"),
        ("none", "none"),
        ("5%", "5%"),
        ("30ep", "30ep"),
        ("12:30", "12:30"),
        ("2024-01-01", "2024-01-01"),
        ("'1e-3'", "1e-3"),
        ("[64, 1e2]", [64, 100.0]),
        ("{name: mlp, widths: [3]}", {"name": "mlp", "widths": [3]}),
    ],
)
def test_scalars_mean_what_people_mean(text: str, value: Any) -> None:
    read = parse_value(text, "here")
    assert read == value
    assert type(read) is type(value)


def test_nan_is_a_number() -> None:
    assert math.isnan(parse_value(".nan", "here"))


def test_every_key_and_item_has_its_line() -> None:
    text = "data:\n  source: digits\n  preprocess:\n    - standardize\n    - name: pca\n"
    assert parse(text, "r").lines == {
        ("data",): 1,
        ("data", "source"): 2,
        ("data", "preprocess"): 3,
        ("data", "preprocess", 0): 4,
        ("data", "preprocess", 1): 5,
        ("data", "preprocess", 1, "name"): 5,
    }


def test_anchors_and_merges_work() -> None:
    text = "a: &shared {lr: 0.1, eps: 1}\nb: {<<: *shared, eps: 2}"
    assert parse(text, "r").data["b"] == {"lr": 0.1, "eps": 2}


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("a: 1\nb: [", 2, "not YAML"),
        ("a: 1\n\tb: 2", 2, "not YAML"),
        ("a: 1\nb: 2\na: 3", 3, "'a' is given twice"),
        ("a: 1\n---\nb: 2", 2, "another document"),
        ("a:\n  b: !!python/object:os.system {}", 2, "tags"),
        ("a: &loop [*loop]", 1, "nested"),
        ("? [a]\n: 3", 1, "a word"),
        ("a: 1\nb: \x07", 2, "does not allow"),
        ("<<: 3", 1, "merging"),
        ("a: 'open", 1, "not YAML"),
        ("a: *nobody", 1, "undefined alias"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text: str, line: int, what: str) -> None:
    with pytest.raises(RecipeError, match=what) as caught:
        parse(text, "my.yaml")
    assert caught.value.where == f"my.yaml, line {line}"


plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.floats(allow_nan=False),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("abc_", min_size=1), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(plain)
def test_data_written_by_yaml_reads_back(data: Any) -> None:
    assert parse(yaml.safe_dump(data), "r").data == data
