"""Each fault of data is met by its policy, in words that name the place."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import pytest
import torch

from tests.data.made import classes, numbers
from trainlab.data.preparation import prepare
from trainlab.data.quality import few
from trainlab.data.split import SplitOptions
from trainlab.data.task import Lines, Raw
from trainlab.errors import DataError

RANDOM = SplitOptions(by="random")


def second(rows: Sequence[int]) -> list[int]:
    """Give the lines of a file whose first line names the columns."""
    return [row + 2 for row in rows]


def spoilt(value: float, rows: tuple[int, ...] = (3, 8), lines: Lines | None = None) -> Raw:
    raw = classes(lines=lines)
    assert isinstance(raw.x, torch.Tensor)
    raw.x[list(rows), 2] = value
    return raw


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_bad_features_are_named_by_row_and_column(value: float) -> None:
    with pytest.raises(DataError) as caught:
        prepare(spoilt(value))
    said = str(caught.value)
    assert "2 of 60 examples have NaN or Inf" in said and "rows 3, 8" in said
    assert "columns 'y'" in said and "on_bad: impute" in said


def test_bad_features_of_a_file_are_named_by_line() -> None:
    with pytest.raises(DataError, match="lines 5, 10"):
        prepare(spoilt(math.nan, lines=second))


def test_lines_are_the_files_own_where_rows_were_dropped() -> None:
    raw = spoilt(math.nan, rows=(0, 3), lines=second)
    assert isinstance(raw.x, torch.Tensor)
    raw.x[7, 1] = 1e300
    with pytest.raises(DataError, match=r"in column .*, line 9"):
        prepare(raw, steps=["standardize"], on_bad="drop")


def test_bad_rows_can_be_dropped_with_a_note() -> None:
    task, fitted = prepare(spoilt(math.nan), on_bad="drop")
    assert task.y.shape == (1, 58)
    assert fitted.notes == ("dropped 2 of 60 rows with NaN, Inf or no label: rows 3, 8",)


def test_dropping_keeps_the_publishers_test_rows() -> None:
    raw = classes(held_out=torch.tensor([2, 3, 40]))
    assert isinstance(raw.x, torch.Tensor)
    raw.x[3, 0] = math.nan
    task, _ = prepare(raw, on_bad="drop")
    assert task.test.tolist() == [[2, 39]]


def test_bad_features_can_be_imputed() -> None:
    task, fitted = prepare(spoilt(math.nan), on_bad="impute")
    assert task.x.isfinite().all()
    assert [step.name for step in fitted.pipelines[0].steps] == ["impute"]


@pytest.mark.parametrize("policy", ["error", "impute"])
def test_a_missing_label_is_never_invented(policy: str) -> None:
    raw = classes()
    assert raw.y is not None
    raw.y[7] = -1
    with pytest.raises(DataError, match="1 of 60 labels are missing, NaN or infinite: rows 7"):
        prepare(raw, on_bad=policy)  # type: ignore[arg-type]
    assert prepare(raw, on_bad="drop")[0].y.shape == (1, 59)


def test_an_infinite_target_is_named() -> None:
    raw = numbers()
    assert raw.y is not None
    raw.y[4, 1] = math.inf
    with pytest.raises(DataError, match="1 of 60 labels"):
        prepare(raw)


def test_lengths_that_differ_are_said() -> None:
    with pytest.raises(DataError, match="x has 60 examples and y has 59"):
        prepare(classes(y=torch.zeros(59, dtype=torch.int64)))


def test_no_examples_is_said() -> None:
    with pytest.raises(DataError, match="no examples"):
        prepare(classes(x=torch.zeros(0, 4), y=torch.zeros(0, dtype=torch.int64)))


def test_one_class_only_is_said() -> None:
    with pytest.raises(DataError, match="one class only, b: nothing to learn"):
        prepare(classes(y=torch.ones(60, dtype=torch.int64)))


def test_one_target_value_only_is_said() -> None:
    raw = numbers()
    with pytest.raises(DataError, match="one target value only"):
        prepare(Raw(**{**vars(raw), "y": torch.ones(60, 1)}))


def test_a_class_that_train_lacks_is_named() -> None:
    y = torch.zeros(60, dtype=torch.int64)
    y[50:], y[58] = 1, 2
    raw = classes(y=y, times=torch.arange(60))
    with pytest.raises(DataError, match=r"training split has no example of class 'b', 'c'"):
        prepare(raw)


def test_no_labels_at_all_is_said() -> None:
    with pytest.raises(DataError, match="no labels"):
        prepare(classes(y=None), RANDOM)


def test_a_constant_feature_is_a_note_and_becomes_0() -> None:
    raw = classes()
    assert isinstance(raw.x, torch.Tensor)
    raw.x[:, 1] = 3.7
    task, _ = prepare(raw, steps=["standardize"])
    assert task.notes == ("1 of 4 features are constant in train: 'x'",)
    assert task.x[..., 1].abs().max() == 0


def test_long_lists_are_cut_and_counted() -> None:
    assert few(list("abcdefgh")) == "a, b, c, d, e and 3 more"


def test_numbers_that_float32_cannot_hold_are_named() -> None:
    with pytest.raises(DataError, match=r"largest value is 1e\+300, in column 'y', line 6"):
        prepare(spoilt(1e300, rows=(4,), lines=second), steps=["standardize"])
    raw = numbers()
    assert raw.y is not None
    raw.y[7] = 1e300
    with pytest.raises(DataError, match="targets too large"):
        prepare(raw)


def test_test_examples_that_train_has_too_are_counted() -> None:
    raw = classes()
    assert isinstance(raw.x, torch.Tensor) and raw.y is not None
    assert not any("repeated" in note for note in prepare(raw)[0].notes)
    twice = replace(raw, x=raw.x.repeat(2, 1), y=raw.y.repeat(2))
    split = SplitOptions(by="random", val=0.0, test=0.5)
    task, fitted = prepare(twice, split)
    train = set((fitted.split.train[0] % raw.n).tolist())
    n = sum(row % raw.n in train for row in fitted.split.test[0].tolist())
    assert 0 < n < 60
    assert f"{n} of 60 test examples are repeated rows that train has too" in task.notes
