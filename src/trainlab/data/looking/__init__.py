"""A quick look at a file or folder, from which a recipe can be written."""

from __future__ import annotations

from pathlib import Path

from trainlab.data.looking.files import (
    look_at_arrays,
    look_at_cifar,
    look_at_idx,
    look_at_pictures,
)
from trainlab.data.looking.guess import Guess
from trainlab.data.looking.tables import look_at_table
from trainlab.data.sources.images import pictures_in
from trainlab.data.sources.open_file import file, present
from trainlab.errors import DataError

__all__ = ["Guess", "look"]

TABLES = (".csv", ".tsv", ".txt", ".data", ".parquet", ".pq")
ARRAYS = (".npz", ".npy")


def look(path: str, *, target: str = "") -> Guess:
    """Say what a file or folder holds and how it would be learned, with reasons.

    target: the column to learn, for a table. Raises DataError for what no source reads.
    """
    found = present(path)
    return _folder(found, target) if found.is_dir() else _file(file(path), target)


def _folder(found: Path, target: str) -> Guess:
    names = [inside.name for inside in found.iterdir()]
    if any("idx3-ubyte" in name or "idx1-ubyte" in name for name in names):
        return look_at_idx(found)
    if any(name.endswith(".bin") for name in names):
        return look_at_cifar(found)
    tables = [found / name for name in names if Path(name).suffix.lower() in (*TABLES, *ARRAYS)]
    if len(tables) == 1 and not pictures_in(found):
        return _file(file(str(tables[0])), target)
    if any(pictures_in(sub) for sub in found.iterdir() if sub.is_dir()):
        return look_at_pictures(found)
    raise _nothing(found, "a folder is read as pictures (one folder per class), IDX or CIFAR files")


def _file(found: Path, target: str) -> Guess:
    endings = [ending.lower() for ending in found.suffixes]
    if "ubyte" in found.name:
        return look_at_idx(found)
    if endings and endings[-1] in ARRAYS:
        return look_at_arrays(found)
    if any(ending in TABLES for ending in endings):
        return look_at_table(found, target)
    raise _nothing(found, "a file is read by its ending")


def _nothing(found: Path, how: str) -> DataError:
    return DataError(
        f"nothing here is data that trainlab reads: {how}",
        where=str(found),
        allowed=(*TABLES, *ARRAYS, "-ubyte", "-ubyte.gz"),
        next_step="convert it, or read it by your own function: `source: {name: python, ...}`",
    )
