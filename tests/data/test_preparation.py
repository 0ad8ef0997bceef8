"""From Raw to Task: nothing is learned from outside the training split."""

from __future__ import annotations

import numpy as np
import pandas
import pytest
import torch

from tests.data.made import classes, numbers
from trainlab.data.preparation import prepare
from trainlab.data.sources import SOURCES
from trainlab.data.sources.user import from_user
from trainlab.data.split import SplitOptions
from trainlab.data.task import Raw
from trainlab.errors import DataError

ALL = ["standardize", "min_max", "robust", "pca", "pca_whiten", "zca_whiten", "mean_image"]


def test_train_is_standardized_by_itself() -> None:
    task, _ = prepare(classes(), steps=["standardize"])
    x, y = task.part("train")
    assert x.dtype == torch.float32 and y.dtype == torch.int64
    torch.testing.assert_close(x[0].mean(0), torch.zeros(4), atol=1e-6, rtol=0)
    torch.testing.assert_close(x[0].std(0, correction=0), torch.ones(4))


@pytest.mark.parametrize("step", ALL)
def test_what_stands_outside_train_changes_nothing_in_it(step: str) -> None:
    raw = classes()
    assert isinstance(raw.x, torch.Tensor)
    first, fitted = prepare(raw, steps=[step])
    other = raw.x.clone()
    outside = torch.cat([fitted.split.val[0], fitted.split.test[0]])
    other[outside] = other[outside] * 1000 + 5
    second, _ = prepare(classes(x=other), steps=[step])
    assert torch.equal(first.part("train")[0], second.part("train")[0])
    assert not torch.equal(first.part("test")[0], second.part("test")[0])


def test_regression_targets_are_scaled_by_train_and_restored() -> None:
    raw = numbers()
    assert raw.y is not None
    task, _ = prepare(raw)
    _, y = task.part("train")
    torch.testing.assert_close(y[0].std(0, correction=0), torch.ones(2))
    assert task.target_scale is not None and task.loss == "mse" and task.outputs == 2
    restored = task.target_scale.restore(task.y)
    torch.testing.assert_close(restored[0], raw.y.float(), rtol=1e-5, atol=1e-4)


def test_folds_are_preprocessed_apart() -> None:
    task, fitted = prepare(classes(), SplitOptions(folds=4), ["standardize"])
    assert task.x.shape == (4, 60, 4) and task.folds == 4 and len(fitted.pipelines) == 4
    x, _ = task.part("train")
    torch.testing.assert_close(x.mean(1), torch.zeros(4, 4), atol=1e-6, rtol=0)


def test_folds_share_x_where_nothing_is_learned() -> None:
    task, _ = prepare(classes(), SplitOptions(folds=4))
    assert task.x.shape[0] == 1 and task.train.shape[0] == 4
    assert task.part("val")[0].shape == (4, 12, 4)


def test_folds_that_come_out_in_different_shapes_are_refused() -> None:
    raw = classes(24, levels={0: ("r", "s")})
    assert isinstance(raw.x, torch.Tensor)
    raw.x[:, 0] = 0
    raw.x[0, 0] = 1
    with pytest.raises(DataError, match="different features after preprocessing"):
        prepare(raw, SplitOptions(folds=3, test=0))


def test_categories_become_columns_by_themselves_with_a_note() -> None:
    raw = classes(levels={0: ("r", "s")})
    assert isinstance(raw.x, torch.Tensor)
    raw.x[:, 0] = torch.arange(60) % 2
    task, fitted = prepare(raw, steps=["standardize"])
    assert task.feature_shape == (5,)
    assert [step.name for step in fitted.pipelines[0].steps] == ["one_hot", "standardize"]
    assert any("one_hot" in note for note in task.notes)
    named, _ = prepare(raw, steps=["ordinal", "standardize"])
    assert named.feature_shape == (4,)


def test_a_constant_category_is_named_in_the_note() -> None:
    raw = classes(levels={0: ("r", "s")})
    assert isinstance(raw.x, torch.Tensor)
    raw.x[:, 0] = 0
    task, _ = prepare(raw)
    assert any("constant in train: 'w'" in note for note in task.notes)


def test_pixels_of_0_to_255_become_0_to_1() -> None:
    pixels = torch.arange(256, dtype=torch.uint8).repeat(60, 1).reshape(60, 1, 16, 16)
    raw = Raw(name="grey", kind="classification", layout="image", x=pixels, y=torch.arange(60) % 2)
    task, _ = prepare(raw)
    assert task.x.min() == 0 and task.x.max() == 1 and task.feature_shape == (1, 16, 16)


def test_pieces_do_not_show() -> None:
    """More examples than one piece holds give what one piece would."""
    raw = SOURCES["moons"].load(examples=9000)
    task, fitted = prepare(raw, steps=["standardize"])
    assert isinstance(raw.x, torch.Tensor)
    train = raw.x[fitted.split.train[0]]
    expected = (raw.x - train.mean(0)) / train.std(0, correction=0)
    torch.testing.assert_close(task.x[0], expected.float())


def test_a_class_too_rare_to_be_tested_is_told_of() -> None:
    y = ["rare", *["a", "b"] * 30]
    frame = pandas.DataFrame({"x": np.random.default_rng(0).normal(size=61), "y": y})
    task, _ = prepare(from_user(frame, target="y"))
    assert task.notes == (
        "test has no example of class 'rare': no score of it tells how that is learned",
    )
    assert not prepare(from_user(frame.iloc[1:], target="y"))[0].notes
