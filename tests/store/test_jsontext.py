from __future__ import annotations

import json
import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from trainlab.store import jsontext

leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=5).filter(lambda key: key != "non_finite"), values))
def test_every_value_returns_and_every_reader_can_read_it(value: dict[str, object]) -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    text = jsontext.dumps(value)
    json.loads(text, parse_constant=refuse)
    assert repr(jsontext.loads(text)) == repr(value)


def test_a_number_that_is_not_finite_is_null_with_a_flag() -> None:
    text = jsontext.dumps({"values": {"train/loss": [0.5, math.nan, -math.inf]}})
    assert json.loads(text) == {
        "values": {"train/loss": [0.5, None, None]},
        "non_finite": [
            {"at": ["values", "train/loss", 1], "is": "nan"},
            {"at": ["values", "train/loss", 2], "is": "-inf"},
        ],
    }


def test_tensors_become_lists_and_unknown_things_are_refused() -> None:
    assert json.loads(jsontext.dumps({"a": torch.tensor([1.0, math.nan])}))["a"] == [1.0, None]
    with pytest.raises(TypeError, match="object has no place in JSON"):
        jsontext.dumps({"a": object()})
