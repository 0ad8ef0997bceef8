"""What was fitted is kept: new data gets the numbers that the test split got."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import torch

from tests.data.made import classes, numbers
from trainlab.data.fitted import Fitted
from trainlab.data.preparation import prepare
from trainlab.data.preprocess import PREPROCESS
from trainlab.data.split import SplitOptions
from trainlab.data.task import Raw
from trainlab.errors import DataError


def again(fitted: Fitted) -> Fitted:
    tensors, words = fitted.save()
    return Fitted.load(tensors, json.loads(json.dumps(words)))


@pytest.mark.parametrize("step", PREPROCESS)
def test_raw_test_rows_give_the_test_split_after_a_reload(step: str) -> None:
    raw = classes(levels={} if step not in ("one_hot", "ordinal") else {0: ("r", "s")})
    assert isinstance(raw.x, torch.Tensor)
    raw.x[:, 0] = torch.arange(60) % 2
    task, fitted = prepare(raw, steps=[step])
    rows = fitted.split.test[0]
    fresh = replace(raw, x=raw.x[rows], y=None)
    # Products of matrices may round the last bit otherwise for another number of rows.
    exact = step not in ("pca", "pca_whiten", "zca_whiten")
    tolerance = 0 if exact else 1e-6
    torch.testing.assert_close(
        again(fitted).transform(fresh), task.part("test")[0], rtol=tolerance, atol=tolerance
    )


def test_everything_survives_saving() -> None:
    _, fitted = prepare(numbers(), SplitOptions(folds=3), ["pca", "standardize"])
    loaded = again(fitted)
    for name in ("name", "kind", "layout", "raw_shape", "features", "targets", "notes"):
        assert getattr(loaded, name) == getattr(fitted, name)
    assert torch.equal(loaded.split.val, fitted.split.val)
    assert loaded.target_scale is not None and fitted.target_scale is not None
    assert torch.equal(loaded.target_scale.std, fitted.target_scale.std)
    assert torch.equal(loaded.transform(numbers()), fitted.transform(numbers()))


def test_columns_are_found_by_name_in_any_order() -> None:
    raw = classes()
    task, fitted = prepare(raw, steps=["standardize"])
    assert isinstance(raw.x, torch.Tensor)
    turned = replace(
        raw,
        x=torch.cat([raw.x.flip(1), torch.zeros(60, 1)], 1),
        features=(*reversed(raw.features), "more"),
    )
    assert torch.equal(fitted.transform(turned), task.x)


def test_a_missing_column_is_named() -> None:
    raw = classes()
    _, fitted = prepare(raw)
    assert isinstance(raw.x, torch.Tensor)
    with pytest.raises(DataError, match=r"(?s)column 'z' is missing.*allowed\s+w, x, y"):
        fitted.transform(replace(raw, x=raw.x[:, :3], features=("w", "x", "y")))


def test_words_where_numbers_were_are_named() -> None:
    raw = classes()
    _, fitted = prepare(raw)
    with pytest.raises(DataError, match="'x' held numbers in training and holds words"):
        fitted.transform(replace(raw, levels={1: ("lots",)}))


def test_shapes_are_brought_together_or_refused() -> None:
    x = torch.rand(40, 1, 2, 3)
    raw = Raw(name="small", kind="classification", layout="image", x=x, y=torch.arange(40) % 2)
    task, fitted = prepare(raw)
    flat = replace(raw, x=x.reshape(40, 6), layout="vector")
    assert torch.equal(fitted.transform(flat), task.x)
    with pytest.raises(DataError, match=r"shape \(7,\), the network was trained on \(1, 2, 3\)"):
        fitted.transform(replace(raw, x=torch.zeros(3, 7), layout="vector"))


def test_nan_in_new_data_is_said() -> None:
    raw = classes()
    _, fitted = prepare(raw)
    assert isinstance(raw.x, torch.Tensor)
    raw.x[0, 0] = torch.nan
    with pytest.raises(DataError, match="1 of 60 examples have NaN"):
        fitted.transform(raw)


def test_labels_are_numbered_as_in_training() -> None:
    raw = classes()
    _, fitted = prepare(raw)
    other = replace(raw, y=torch.tensor([0, 1, -1]), classes=("c", "a"))
    found = fitted.labels(other)
    assert found is not None and found.tolist() == [2, 0, -1]
    with pytest.raises(DataError, match="class 'q' was not in the training data"):
        fitted.labels(replace(raw, classes=("a", "q")))
