"""The binary version of CIFAR-10 and CIFAR-100 from a local folder.

A record is 1 label byte (CIFAR-10) or 2, coarse and fine (CIFAR-100), then 3072 pixels: red, green,
blue planes of 32x32 (Krizhevsky 2009).
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import torch
from torch import Tensor

from trainlab.data.sources.open_file import file, folder, too_short
from trainlab.data.task import Raw
from trainlab.errors import DataError
from trainlab.tables import ON_DISK

__all__ = ["cifar"]

PIXELS = 3 * 32 * 32


def cifar(*, path: Annotated[str, ON_DISK], labels: Literal["fine", "coarse"] = "fine") -> Raw:
    """Read CIFAR's .bin files; the publisher's test batch becomes the test split.

    labels: for CIFAR-100, its 100 fine or its 20 coarse classes.
    """
    where = folder(path)
    small = sorted(where.glob("data_batch_*.bin"))
    train = small or sorted(where.glob("train.bin"))
    if not train:
        raise DataError(
            "there is no data_batch_1.bin (CIFAR-10) or train.bin (CIFAR-100)",
            where=str(where),
            allowed=sorted(found.name for found in where.iterdir())[:20],
            next_step="unpack the archive `binary version` and name the folder of its .bin files",
        )
    test = [found for found in (where / "test_batch.bin", where / "test.bin") if found.exists()]
    width, column = (1, 0) if small else (2, 1 if labels == "fine" else 0)
    parts = [_records(found, width) for found in [*train, *test]]
    x = torch.cat([pixels for _, pixels in parts])
    y = torch.cat([names[:, column] for names, _ in parts])
    held = sum(len(pixels) for _, pixels in parts[len(train) :])
    words = "batches.meta.txt" if small else f"{labels}_label_names.txt"
    return Raw(
        name="cifar10" if small else "cifar100",
        kind="classification",
        layout="image",
        x=x,
        y=y,
        classes=_names(where / words, int(y.max()) + 1),
        held_out=torch.arange(len(x) - held, len(x)) if held else None,
        where=str(where),
    )


def _records(path: Path, width: int) -> tuple[Tensor, Tensor]:
    """Read labels int64 [n, width] and pixels uint8 [n, 3, 32, 32]."""
    content = np.fromfile(file(str(path)), dtype=np.uint8)
    size = width + PIXELS
    if len(content) % size:
        raise too_short(path, (len(content) // size + 1) * size, len(content))
    records = torch.from_numpy(content.reshape(-1, size))
    pixels = records[:, width:].reshape(-1, 3, 32, 32).contiguous()
    return records[:, :width].to(torch.int64), pixels


def _names(path: Path, classes: int) -> tuple[str, ...]:
    """Read the names of the classes, or number them where the file is absent."""
    if path.exists():
        words = [word.strip() for word in path.read_text("utf-8").splitlines() if word.strip()]
        if len(words) >= classes:
            return tuple(words)
    return tuple(str(code) for code in range(classes))
