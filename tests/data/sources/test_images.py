"""Folders of pictures: classes by folder, one size, and damaged files named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from trainlab.data.sources.images import ImageFiles, images
from trainlab.errors import DataError


def picture(path: Path, size: tuple[int, int] = (6, 5), seed: int = 0, **options: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(seed).integers(0, 256, (*size, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(path, **options)


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    for row in range(6):
        picture(tmp_path / ("cat" if row % 2 else "ant") / f"{row}.png", seed=row)
    return tmp_path


def test_classes_are_folders_and_pixels_are_exact(pets: Path) -> None:
    raw = images(path=str(pets))
    assert raw.classes == ("ant", "cat") and raw.x.shape == (6, 3, 6, 5)
    assert raw.y is not None and raw.y.tolist() == [0, 0, 0, 1, 1, 1]
    expected = np.random.default_rng(1).integers(0, 256, (6, 5, 3), dtype=np.uint8)
    assert isinstance(raw.x, torch.Tensor)
    np.testing.assert_array_equal(raw.x[3].numpy(), expected.transpose(2, 0, 1))


def test_pictures_may_stay_on_disk(pets: Path) -> None:
    held, lazy = images(path=str(pets)), images(path=str(pets), keep="disk")
    assert isinstance(held.x, torch.Tensor) and isinstance(lazy.x, ImageFiles)
    rows = torch.tensor([4, 0])
    assert torch.equal(lazy.x.take(rows), held.x[rows]) and lazy.n == 6


def test_train_and_test_folders_are_kept_apart(tmp_path: Path) -> None:
    for row in range(8):
        part = "test" if row < 2 else "train"
        picture(tmp_path / part / "ab"[row % 2] / f"{row}.png")
    raw = images(path=str(tmp_path))
    assert raw.held_out is not None and raw.held_out.tolist() == [6, 7]


def test_grey_and_resized(pets: Path) -> None:
    raw = images(path=str(pets), colour="grey", size=(4, 4))
    assert raw.x.shape == (6, 1, 4, 4)


def test_ragged_pictures_are_named_with_a_size_to_give(pets: Path) -> None:
    picture(pets / "cat" / "tall.png", (9, 5))
    with pytest.raises(DataError, match=r"(?s)tall.png is 9x5.*size: \[6, 5\]"):
        images(path=str(pets))
    assert images(path=str(pets), size=(6, 5)).x.shape == (7, 3, 6, 5)


@pytest.mark.parametrize(("ending", "keep"), [("png", 90), ("jpg", 400)])
def test_a_truncated_picture_is_named(pets: Path, ending: str, keep: int) -> None:
    victim = pets / "cat" / f"zz.{ending}"
    picture(victim)
    victim.write_bytes(victim.read_bytes()[:keep])
    with pytest.raises(DataError, match=rf"(?s)cannot be decoded.*where\s+\S*zz.{ending}"):
        images(path=str(pets))


def test_what_only_calls_itself_a_picture_is_named(pets: Path) -> None:
    (pets / "cat" / "fake.png").write_text("hello")
    with pytest.raises(DataError, match=r"(?s)cannot be decoded.*fake.png"):
        images(path=str(pets))


def test_an_empty_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there are no pictures"):
        images(path=str(tmp_path))


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_text("x")
    with pytest.raises(DataError, match="is a file, not a folder"):
        images(path=str(tmp_path / "a.png"))


def test_unlabelled_pictures_need_no_folders(tmp_path: Path) -> None:
    picture(tmp_path / "one.png")
    raw = images(path=str(tmp_path), unlabelled=True)
    assert raw.y is None and raw.n == 1


@pytest.mark.parametrize("colour", ["grey", "rgb"])
def test_sixteen_bits_are_brought_to_eight(tmp_path: Path, colour: str) -> None:
    """Pillow alone would make every value above 255 white."""
    values = (np.arange(64).reshape(8, 8) * 1000).astype(np.uint16)
    for word in "ab":
        (tmp_path / word).mkdir()
        Image.fromarray(values).save(tmp_path / word / "0.png")
    raw = images(path=str(tmp_path), colour=colour)  # type: ignore[arg-type]
    assert isinstance(raw.x, torch.Tensor)
    np.testing.assert_array_equal(raw.x[1, -1].numpy(), values // 256)


def test_pixels_that_are_fractions_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    Image.fromarray(np.ones((4, 4), np.float32)).save(tmp_path / "a" / "0.tif")
    with pytest.raises(DataError, match=r"(?s)pixels are fractions.*0\.tif"):
        images(path=str(tmp_path))
