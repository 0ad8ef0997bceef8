"""CIFAR's binary files: labels, planes and names in their places."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from trainlab.data.sources.cifar import cifar
from trainlab.errors import DataError


def records(path: Path, labels: list[list[int]], seed: int) -> NDArray[Any]:
    pixels = np.random.default_rng(seed).integers(0, 256, (len(labels), 3072), dtype=np.uint8)
    np.concatenate([np.array(labels, np.uint8), pixels], 1).tofile(path)
    return pixels.reshape(-1, 3, 32, 32)


def test_cifar_10(tmp_path: Path) -> None:
    first = records(tmp_path / "data_batch_1.bin", [[0], [2]], 0)
    records(tmp_path / "data_batch_2.bin", [[1]], 1)
    records(tmp_path / "test_batch.bin", [[2]], 2)
    (tmp_path / "batches.meta.txt").write_text("plane\ncar\nbird\n\n")
    raw = cifar(path=str(tmp_path))
    assert raw.classes == ("plane", "car", "bird") and raw.name == "cifar10"
    assert raw.y is not None and raw.y.tolist() == [0, 2, 1, 2]
    assert raw.held_out is not None and raw.held_out.tolist() == [3]
    assert isinstance(raw.x, torch.Tensor)
    np.testing.assert_array_equal(raw.x[:2].numpy(), first)


@pytest.mark.parametrize(("labels", "expected"), [("fine", [7, 9, 8]), ("coarse", [1, 0, 1])])
def test_cifar_100_has_two_labels(tmp_path: Path, labels: Any, expected: list[int]) -> None:
    records(tmp_path / "train.bin", [[1, 7], [0, 9]], 0)
    records(tmp_path / "test.bin", [[1, 8]], 1)
    raw = cifar(path=str(tmp_path), labels=labels)
    assert raw.y is not None and raw.y.tolist() == expected
    assert raw.classes == tuple(str(code) for code in range(max(expected) + 1))


def test_a_file_cut_short_is_named(tmp_path: Path) -> None:
    path = tmp_path / "data_batch_1.bin"
    records(path, [[0], [1]], 0)
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(DataError, match=r"(?s)6146 bytes are due, 6141 are there.*data_batch_1"):
        cifar(path=str(tmp_path))


def test_a_folder_without_them_lists_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "cifar.tar.gz").write_text("x")
    with pytest.raises(DataError, match=r"(?s)no data_batch_1.bin.*cifar.tar.gz"):
        cifar(path=str(tmp_path))
