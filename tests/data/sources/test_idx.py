"""MNIST's files: read to the bit, and wrong ones named by what is wrong."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from trainlab.data.sources.idx import idx, read_idx
from trainlab.errors import DataError


def encoded(values: NDArray[Any]) -> bytes:
    code = {"uint8": 0x08, "int32": 0x0C, "float32": 0x0D}[values.dtype.name]
    head = struct.pack(f">BBBB{values.ndim}I", 0, 0, code, values.ndim, *values.shape)
    return head + values.astype(values.dtype.newbyteorder(">")).tobytes()


@pytest.fixture
def mnist(tmp_path: Path) -> Path:
    random = np.random.default_rng(0)
    for prefix, n in (("train", 12), ("t10k", 4)):
        pictures = random.integers(0, 256, (n, 5, 4), dtype=np.uint8)
        labels = (np.arange(n) % 3).astype(np.uint8)
        content = gzip.compress(encoded(labels))
        (tmp_path / f"{prefix}-images-idx3-ubyte").write_bytes(encoded(pictures))
        (tmp_path / f"{prefix}-labels-idx1-ubyte.gz").write_bytes(content)
    return tmp_path


def test_four_files_make_one_set_with_its_test_split(mnist: Path) -> None:
    raw = idx(path=str(mnist))
    assert raw.x.shape == (16, 1, 5, 4) and raw.classes == ("0", "1", "2")
    assert raw.held_out is not None and raw.held_out.tolist() == [12, 13, 14, 15]
    expected = np.random.default_rng(0).integers(0, 256, (12, 5, 4), dtype=np.uint8)
    assert isinstance(raw.x, torch.Tensor)
    np.testing.assert_array_equal(raw.x[:12, 0].numpy(), expected)


@pytest.mark.parametrize("dtype", ["uint8", "int32", "float32"])
def test_types_are_big_endian(tmp_path: Path, dtype: str) -> None:
    values = np.array([[1, 200], [3, 4]], dtype)
    (tmp_path / "x").write_bytes(encoded(values))
    np.testing.assert_array_equal(read_idx(tmp_path / "x"), values)


def test_a_pair_of_files(mnist: Path) -> None:
    pictures = str(mnist / "train-images-idx3-ubyte")
    raw = idx(path=pictures, labels=str(mnist / "train-labels-idx1-ubyte.gz"))
    assert raw.n == 12
    with pytest.raises(DataError, match="no labels are named"):
        idx(path=pictures)
    assert idx(path=pictures, unlabelled=True).y is None


def test_a_wrong_magic_number_is_shown(mnist: Path) -> None:
    (mnist / "train-images-idx3-ubyte").write_bytes(b"\x89PNG and more")
    with pytest.raises(DataError, match=r"(?s)begins with 89 50 4e 47.*00 00 08 03"):
        idx(path=str(mnist))


@pytest.mark.parametrize("keep", [4, 10, 50])
def test_a_file_cut_short_says_how_much_is_due(mnist: Path, keep: int) -> None:
    path = mnist / "train-images-idx3-ubyte"
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(DataError, match=rf"(?s)cut short: \d+ bytes are due, {keep} are there"):
        idx(path=str(mnist))


def test_a_gz_file_cut_short_is_named(mnist: Path) -> None:
    path = mnist / "train-labels-idx1-ubyte.gz"
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(DataError, match=r"(?s)cannot be unpacked.*labels-idx1-ubyte.gz"):
        idx(path=str(mnist))


def test_swapped_files_are_noticed(mnist: Path) -> None:
    pictures, labels = mnist / "train-images-idx3-ubyte", mnist / "train-labels-idx1-ubyte.gz"
    with pytest.raises(DataError, match="perhaps it holds the labels"):
        idx(path=str(labels), labels=str(pictures))
    with pytest.raises(DataError, match="perhaps it holds the pictures"):
        idx(path=str(pictures), labels=str(pictures))


def test_a_folder_without_them_lists_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "readme.txt").write_text("x")
    with pytest.raises(DataError, match=r"(?s)no file train-images.*readme.txt"):
        idx(path=str(tmp_path))
