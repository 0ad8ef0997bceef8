"""Pictures in folders, one folder per class; decoded at once if they fit, else when asked for."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import torch
from torch import Tensor

from trainlab.data.sources.open_file import folder
from trainlab.data.task import Raw, Rows
from trainlab.errors import DataError
from trainlab.tables import ON_DISK

__all__ = ["ENDINGS", "ImageFiles", "damaged", "images", "pictures_in"]

ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".pgm", ".ppm", ".tif", ".tiff", ".webp")

FITS = 1 << 30
"""Bytes of decoded pixels up to which `keep: auto` holds all pictures in memory."""

Size = tuple[int, int] | None


def images(
    *,
    path: Annotated[str, ON_DISK],
    size: Size = None,
    colour: Literal["rgb", "grey"] = "rgb",
    keep: Literal["auto", "memory", "disk"] = "auto",
    unlabelled: bool = False,
) -> Raw:
    """Read path/CLASS/*.png, or path/train/CLASS/... with path/test/CLASS/... as the test split.

    size: (height, width) to resize to; without it all pictures must have one size. keep: where
    decoded pictures are held; on disk they are read again by worker processes in each epoch.
    """
    top = folder(path)
    files, words, held = _unlabelled(top) if unlabelled else _listed(top)
    if not files:
        raise DataError(
            "there are no pictures",
            where=str(top),
            allowed=ENDINGS,
            next_step="put the pictures of each class into a folder of the class's name",
        )
    classes = tuple(sorted(set(words)))
    place = {word: code for code, word in enumerate(classes)}
    rows = ImageFiles(tuple(files), _one_size(files) if size is None else size, colour)
    nbytes = int(np.prod(rows.shape))
    x: Tensor | Rows = rows
    if keep == "memory" or (keep == "auto" and nbytes <= FITS):
        x = rows.take(torch.arange(len(files)))
    return Raw(
        name=top.name,
        kind="classification",
        layout="image",
        x=x,
        y=None if unlabelled else torch.tensor([place[word] for word in words]),
        classes=classes,
        held_out=torch.arange(len(files) - held, len(files)) if held else None,
        where=str(top),
    )


@dataclass(frozen=True)
class ImageFiles:
    """Picture files, decoded when asked for."""

    files: tuple[Path, ...]
    size: tuple[int, int]
    """Height and width that every picture is brought to."""
    colour: Literal["rgb", "grey"]

    @property
    def shape(self) -> tuple[int, ...]:
        """All pictures together: [n, C, H, W]."""
        return (len(self.files), 1 if self.colour == "grey" else 3, *self.size)

    def take(self, rows: Tensor) -> Tensor:
        """Decode pictures: rows [k] -> uint8 [k, C, H, W]."""
        pictures = [self._decode(self.files[row]) for row in rows.tolist()]
        return torch.stack(pictures) if pictures else torch.empty(0, *self.shape[1:])

    def _decode(self, path: Path) -> Tensor:
        """Decode one picture uint8 [C, H, W]; a damaged file is named."""
        from PIL import Image

        try:
            with Image.open(path) as opened:
                picture = _of_bytes(opened).convert("L" if self.colour == "grey" else "RGB")
        except (OSError, SyntaxError, ValueError) as error:
            raise damaged(path, error) from error
        if picture.size != self.size[::-1]:
            picture = picture.resize(self.size[::-1], Image.Resampling.BILINEAR, reducing_gap=3.0)
        pixels = torch.from_numpy(np.array(picture))
        return pixels[None] if self.colour == "grey" else pixels.permute(2, 0, 1).contiguous()


def _of_bytes(picture: Any) -> Any:
    """Give a picture of 16 bits a pixel by its upper 8: Pillow would make all above 255 white."""
    from PIL import Image

    if picture.mode == "F":
        raise ValueError("its pixels are fractions; read it by your own function, name: python")
    if not picture.mode.startswith("I"):
        return picture
    return Image.fromarray((np.asarray(picture).clip(0, 65535) // 256).astype(np.uint8))


def _listed(top: Path) -> tuple[list[Path], list[str], int]:
    """List files with their class, train before test, and how many are the test's."""
    if (top / "train").is_dir() and (top / "test").is_dir():
        files, words = _classes(top / "train")
        test_files, test_words = _classes(top / "test")
        return files + test_files, words + test_words, len(test_files)
    return *_classes(top), 0


def _classes(top: Path) -> tuple[list[Path], list[str]]:
    pairs = [
        (found, sub.name)
        for sub in sorted(top.iterdir())
        if sub.is_dir() and not sub.name.startswith(".")
        for found in pictures_in(sub)
    ]
    return [found for found, _ in pairs], [word for _, word in pairs]


def _unlabelled(top: Path) -> tuple[list[Path], list[str], int]:
    return pictures_in(top), [], 0


def pictures_in(top: Path) -> list[Path]:
    """List the pictures in a folder and below it."""
    found = (Path(folder, name) for folder, _, names in os.walk(top) for name in names)
    return sorted(file for file in found if file.suffix.lower() in ENDINGS)


def _one_size(files: list[Path]) -> tuple[int, int]:
    """Give the (height, width) that all pictures have, from their headers alone."""
    from PIL import Image

    first: tuple[int, int] | None = None
    for path in files:
        try:
            with Image.open(path) as opened:
                wide, high = opened.size
        except (OSError, SyntaxError, ValueError) as error:
            raise damaged(path, error) from error
        first = first or (high, wide)
        if (high, wide) != first:
            raise DataError(
                f"pictures differ in size: {files[0].name} is {first[0]}x{first[1]}, "
                f"{path.name} is {high}x{wide} (height x width)",
                where=str(path),
                next_step=f"resize them all: `size: [{first[0]}, {first[1]}]`",
            )
    return first or (0, 0)


def damaged(path: Path, error: Exception) -> DataError:
    """Give the error for a picture that cannot be decoded."""
    return DataError(
        f"the picture cannot be decoded: {error}",
        where=str(path),
        next_step="repair or remove the file",
    )
