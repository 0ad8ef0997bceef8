"""Arrays: their axes are understood, and files that cannot be read are named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from trainlab.data.sources.arrays import arrays, axes_of
from trainlab.errors import DataError


def save(path: Path, **held: Any) -> str:
    np.savez(path / "data.npz", **held)
    return str(path / "data.npz")


Y = np.arange(20) % 2


@pytest.mark.parametrize(
    ("shape", "dtype", "layout", "read"),
    [
        ((20, 5), "float64", "vector", (20, 5)),
        ((20, 7, 3), "float32", "sequence", (20, 7, 3)),
        ((20, 8, 9), "uint8", "image", (20, 1, 8, 9)),
        ((20, 3, 8, 9), "uint8", "image", (20, 3, 8, 9)),
        ((20, 8, 9, 3), "uint8", "image", (20, 3, 8, 9)),
        ((20,), "float32", "vector", (20, 1)),
    ],
)
def test_axes_are_understood(
    tmp_path: Path, shape: Any, dtype: str, layout: str, read: Any
) -> None:
    raw = arrays(path=save(tmp_path, x=np.ones(shape, dtype), y=Y))
    assert raw.layout == layout and raw.x.shape == read


def test_channels_last_are_moved_not_mixed(tmp_path: Path) -> None:
    x = np.random.default_rng(0).integers(0, 256, (20, 6, 7, 3), dtype=np.uint8)
    raw = arrays(path=save(tmp_path, x=x, y=Y))
    assert isinstance(raw.x, Tensor)
    np.testing.assert_array_equal(raw.x.numpy(), x.transpose(0, 3, 1, 2))


def test_small_numbers_of_a_table_are_no_pixels(tmp_path: Path) -> None:
    raw = arrays(path=save(tmp_path, x=np.full((20, 3), 7, np.uint8), y=Y))
    assert isinstance(raw.x, Tensor) and raw.x.dtype == torch.float32 and raw.x.max() == 7


def test_npy_takes_its_labels_from_a_second_file(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.ones((20, 2)))
    np.save(tmp_path / "y.npy", np.array(["a", "b"] * 10))
    raw = arrays(path=str(tmp_path / "x.npy"), labels=str(tmp_path / "y.npy"))
    assert raw.classes == ("a", "b") and raw.n == 20


def test_regression_targets_of_several_columns(tmp_path: Path) -> None:
    raw = arrays(path=save(tmp_path, x=np.ones((20, 2)), y=np.random.rand(20, 3)))
    assert raw.kind == "regression" and raw.targets == ("target 0", "target 1", "target 2")


def test_an_array_that_is_not_there_is_answered_with_the_nearest(tmp_path: Path) -> None:
    path = save(tmp_path, features=np.ones((4, 2)), labels=np.ones(4))
    with pytest.raises(DataError, match=r"(?s)no array 'feature'.*nearest\s+features"):
        arrays(path=path, x="feature", y="labels")


def test_objects_are_not_unpickled(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        arrays(path=save(tmp_path, x=np.array([{}, []], dtype=object), y=np.ones(2)))


def test_a_file_cut_short_is_named(tmp_path: Path) -> None:
    path = Path(save(tmp_path, x=np.ones((20, 2)), y=Y))
    path.write_bytes(path.read_bytes()[:300])
    with pytest.raises(DataError, match=r"(?s)cannot be read.*data.npz"):
        arrays(path=str(path))


def test_axes_that_do_not_fit_are_said() -> None:
    with pytest.raises(DataError, match=r"\(2, 3, 4, 5, 6\) cannot be read as vector|sequence"):
        axes_of(torch.zeros(2, 3, 4, 5, 6), "sequence", "here")


def test_unlabelled_arrays_need_no_y(tmp_path: Path) -> None:
    raw = arrays(path=save(tmp_path, x=np.ones((5, 2))), unlabelled=True)
    assert raw.y is None and raw.n == 5
