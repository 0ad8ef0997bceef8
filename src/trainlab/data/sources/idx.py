"""The IDX files of MNIST and its kin, plain or gzipped, from a local path.

A file is: two zero bytes, a code for the type, the number of axes, their sizes as big-endian
32-bit numbers, then the values (LeCun & Cortes, the MNIST database).
"""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from trainlab.data.sources.open_file import file, present, too_short
from trainlab.data.task import Raw
from trainlab.errors import DataError
from trainlab.tables import ON_DISK

__all__ = ["idx", "read_idx"]

TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def idx(
    *,
    path: Annotated[str, ON_DISK],
    labels: Annotated[str | None, ON_DISK] = None,
    unlabelled: bool = False,
) -> Raw:
    """Read a folder with MNIST's four files, or one file of pictures with its labels.

    The publisher's test files (t10k-...) become the test split.
    """
    found = present(path)
    if not found.is_dir():
        pictures = _pictures(found)
        y = None if labels is None else _labels(file(labels))
        if y is None and not unlabelled:
            raise DataError("no labels are named", where=path, next_step="give `labels: FILE`")
        return _raw(found.name, pictures, y, None, str(found))
    x, y = _pair(found, "train")
    if not any(found.glob("t10k-images*")):
        return _raw(found.name, x, y, None, str(found))
    more_x, more_y = _pair(found, "t10k")
    held_out = torch.arange(len(x), len(x) + len(more_x))
    return _raw(found.name, torch.cat([x, more_x]), torch.cat([y, more_y]), held_out, str(found))


def read_idx(path: Path) -> NDArray[Any]:
    """Read one IDX file.

    Raises DataError for a wrong magic number and for a file that is cut short.
    """
    content = _unpacked(path)
    magic = content[:4]
    if len(magic) < 4 or magic[:2] != b"\0\0" or magic[2] not in TYPES or not 1 <= magic[3] <= 4:
        raise DataError(
            f"this is no IDX file: it begins with {magic.hex(' ')}",
            where=str(path),
            allowed=("00 00 08 01 (labels)", "00 00 08 03 (pictures)"),
            next_step="give MNIST's own files, plain or .gz",
        )
    axes, kind = magic[3], np.dtype(TYPES[magic[2]])
    start = 4 + 4 * axes
    if len(content) < start:
        raise too_short(path, start, len(content))
    shape = np.frombuffer(content, ">u4", axes, 4).astype(int).tolist()
    due = start + int(np.prod(shape)) * kind.itemsize
    if len(content) < due:
        raise too_short(path, due, len(content))
    values = np.frombuffer(content, kind, int(np.prod(shape)), start).reshape(shape)
    return values.astype(kind.newbyteorder("="))


def _unpacked(path: Path) -> bytes:
    try:
        raw = path.read_bytes()
        return gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(
            f"the file cannot be unpacked: {error}",
            where=str(path),
            next_step="copy or download it again",
        ) from error


def _pair(folder: Path, prefix: str) -> tuple[Tensor, Tensor]:
    return _pictures(_find(folder, f"{prefix}-images")), _labels(_find(folder, f"{prefix}-labels"))


def _find(folder: Path, start: str) -> Path:
    """Find one of MNIST's files under any of its spellings."""
    found = sorted(folder.glob(f"{start}*idx*ubyte*"))
    if not found:
        raise DataError(
            f"there is no file {start}-idx...-ubyte or its .gz",
            where=str(folder),
            allowed=sorted(path.name for path in folder.iterdir())[:20],
            given=start,
        )
    return file(str(found[0]))


def _pictures(path: Path) -> Tensor:
    values = read_idx(path)
    if values.ndim < 3:
        raise DataError(
            f"pictures need 3 axes, this file has {values.ndim}: perhaps it holds the labels",
            where=str(path),
        )
    pictures = torch.from_numpy(values)
    return pictures.unsqueeze(1) if values.ndim == 3 else pictures


def _labels(path: Path) -> Tensor:
    values = read_idx(path)
    if values.ndim != 1:
        raise DataError(
            f"labels need 1 axis, this file has {values.ndim}: perhaps it holds the pictures",
            where=str(path),
        )
    return torch.from_numpy(values).to(torch.int64)


def _raw(name: str, x: Tensor, y: Tensor | None, held_out: Tensor | None, where: str) -> Raw:
    classes = () if y is None or not len(y) else tuple(str(c) for c in range(int(y.max()) + 1))
    return Raw(
        name=name,
        kind="classification",
        layout="image",
        x=x,
        y=y,
        classes=classes,
        held_out=held_out,
        where=where,
    )
