"""Whatever the user holds becomes a Raw."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas
import pytest
import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset, IterableDataset, TensorDataset

from trainlab.data.preparation import prepare
from trainlab.data.sources import user
from trainlab.data.sources.user import from_user
from trainlab.errors import DataError

X, Y = np.arange(40.0).reshape(20, 2), np.arange(20) % 2


class Pairs(Dataset[Any]):
    """A Dataset of (tensor, label)."""

    def __len__(self) -> int:
        return 20

    def __getitem__(self, row: int) -> tuple[torch.Tensor, int]:
        return torch.from_numpy(X[row]), int(Y[row])


class Pictures(Pairs):
    def __getitem__(self, row: int) -> tuple[Any, int]:
        return Image.new("RGB", (5, 4), (row, 0, 255)), int(Y[row])


class Flow(IterableDataset[Any]):
    def __iter__(self) -> Any:
        return iter((X[row], Y[row]) for row in range(20))


class Ragged(Pairs):
    def __getitem__(self, row: int) -> tuple[torch.Tensor, int]:
        return torch.zeros(2 + row % 3), int(Y[row])


def frame() -> Any:
    return pandas.DataFrame({"a": X[:, 0], "b": X[:, 1]}, index=range(100, 120))


@pytest.mark.parametrize(
    "data",
    [
        (X, Y),
        (X.tolist(), Y.tolist()),
        (torch.from_numpy(X), torch.from_numpy(Y)),
        {"x": X, "y": Y},
        TensorDataset(torch.from_numpy(X), torch.from_numpy(Y)),
        DataLoader(TensorDataset(torch.from_numpy(X), torch.from_numpy(Y)), batch_size=3),
        Pairs(),
        Flow(),
        (frame(), pandas.Series(Y, index=range(100, 120), name="kind")),
        (frame(), Y),
        (frame(), torch.from_numpy(Y)),
    ],
    ids=lambda data: type(data).__name__,
)
def test_every_form_gives_the_same_examples(data: Any) -> None:
    raw = from_user(data)
    assert isinstance(raw.x, torch.Tensor) and raw.y is not None
    assert raw.kind == "classification" and raw.classes == ("0", "1")
    np.testing.assert_array_equal(raw.x.numpy(), X)
    assert raw.y.tolist() == Y.tolist()


def test_a_frame_with_its_target() -> None:
    raw = from_user(frame().assign(kind=["u", "v"] * 10), target="kind")
    assert raw.classes == ("u", "v") and raw.features == ("a", "b")
    with pytest.raises(DataError, match="no target column is named"):
        from_user(frame())


def test_string_labels_are_handled() -> None:
    raw = from_user((X, np.array(["no", "yes"] * 10)))
    assert raw.classes == ("no", "yes") and raw.y is not None and raw.y[1] == 1


def test_pictures_of_a_dataset_become_pixels() -> None:
    raw = from_user(Pictures())
    assert raw.layout == "image" and raw.x.shape == (20, 3, 4, 5)
    assert isinstance(raw.x, torch.Tensor) and raw.x[7, :, 0, 0].tolist() == [7, 0, 255]


def test_a_dataset_that_does_not_fit_stays_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    held, _ = prepare(from_user(Pictures()), steps=["channel_standardize"])
    monkeypatch.setattr(user, "FITS", 0)
    raw = from_user(Pictures())
    assert not isinstance(raw.x, torch.Tensor) and raw.classes == ("0", "1")
    task, _ = prepare(raw, steps=["channel_standardize"])
    x = torch.cat([piece for piece, _ in task.chunks("train", 3)], 1)
    assert torch.equal(x, held.part("train")[0])


def test_a_raw_is_kept_and_features_alone_are_unlabelled() -> None:
    raw = from_user(X)
    assert raw.y is None and from_user(raw) is raw


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (Ragged(), r"examples differ in shape: row 0 is \(2,\), row 1 is \(3,\)"),
        (([[1.0], [1.0, 2.0]], [0, 1]), "rows differ in length"),
        ("data.csv", "type str is not understood"),
        ((frame(), Y[:-1]), "x has 20 examples and y has 19"),
        ((frame(), pandas.Series(Y[:-1], index=range(100, 119))), "x has 20 examples and y has 19"),
        ((frame(), pandas.Series(Y)), "the labels' index is not that of their frame"),
        ((np.array([["a"], ["b"]]), [0, 1]), r"features of <U1 and shape \(2, 1\) cannot be read"),
        ((["2024-01-01", "2024-01-02"], [0, 1]), "features of <U10"),
        ((None, None), "features of NoneType"),
        (([], []), r"features of float64 and shape \(0,\)"),
        ((np.ones((2, 2), complex), [0, 1]), "features of complex128"),
    ],
)
def test_what_cannot_be_read_is_said(data: Any, word: str) -> None:
    with pytest.raises(DataError, match=word):
        from_user(data)


def test_lengths_that_differ_are_said() -> None:
    with pytest.raises(DataError, match="x has 20 examples and y has 19"):
        prepare(from_user((X, Y[:-1])))


def test_items_that_are_no_pairs_are_said() -> None:
    class Alone(Pairs):
        def __getitem__(self, row: int) -> Any:
            return torch.zeros(2)

    with pytest.raises(DataError, match=r"not a pair \(x, y\)"):
        from_user(Alone())


def test_pythons_numbers_are_read_with_their_gaps() -> None:
    raw = from_user((np.array([[1, None], [2.5, 10**30]], dtype=object), [0, 1]))
    assert isinstance(raw.x, torch.Tensor)
    assert raw.x[:, 0].tolist() == [1, 2.5] and raw.x[0, 1].isnan() and raw.x[1, 1] == 1e30
