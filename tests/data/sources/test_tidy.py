"""Whatever a DataFrame holds is read as what it is, or refused by its column."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pandas
import pytest
import torch

from trainlab.data.sources.user import from_user
from trainlab.errors import DataError

N = 40


def frame(**columns: Any) -> pandas.DataFrame:
    base = {"x": np.arange(N) / 3, "y": ["a", "b"] * (N // 2)}
    return pandas.DataFrame(base | columns)


@pytest.mark.parametrize(
    "numbers", [[Decimal(row) / 4 for row in range(N)], [10**25 * row for row in range(N)]]
)
def test_exact_and_long_numbers_are_numbers(numbers: list[Any]) -> None:
    raw = from_user(frame(x=numbers), target="y")
    assert isinstance(raw.x, torch.Tensor) and not raw.levels
    assert raw.x[:, 0].tolist() == [float(number) for number in numbers]
    assert from_user(frame(y=numbers), target="y").kind == "regression"


@pytest.mark.parametrize("value", [[1, 2], {"a": 1}, np.ones(2), 1j])
@pytest.mark.parametrize("name", ["x", "y"])
def test_what_is_no_number_and_no_word_is_refused(value: Any, name: str) -> None:
    with pytest.raises(DataError, match=f"column '{name}' holds .*: neither numbers nor words"):
        from_user(frame(**{name: [value] * N}), target="y")


def test_a_date_is_no_target() -> None:
    with pytest.raises(DataError, match="'y' holds dates, and cannot be learned"):
        from_user(frame(y=pandas.date_range("2024-01-01", periods=N)), target="y")


@pytest.mark.parametrize("name", ["x", "y"])
def test_two_columns_of_one_name_are_refused(name: str) -> None:
    twice = frame()
    twice.insert(0, name, twice[name], allow_duplicates=True)
    with pytest.raises(DataError, match=f"several columns '{name}'"):
        from_user(twice, target="y")
