"""Data that was not there at training: read so that the trained network can predict on it."""

from __future__ import annotations

from collections.abc import Mapping
from inspect import signature
from pathlib import Path
from typing import Any

import torch

from trainlab.data.fitted import Fitted
from trainlab.data.sources import SOURCES
from trainlab.data.sources.arrays import arrays
from trainlab.data.sources.frame import Columns, from_frame
from trainlab.data.sources.images import ENDINGS, ImageFiles, pictures_in
from trainlab.data.sources.open_file import file, present
from trainlab.data.sources.table import read_frame
from trainlab.data.task import Raw
from trainlab.errors import DataError

__all__ = ["unseen"]


def unseen(path: str, fitted: Fitted, source: str, options: Mapping[str, Any]) -> Raw:
    """Read new data; labels are read if they are there.

    source, options: those of the training. Files are read as the training's were; where that had
    no file, or for one picture, by their ending. Then `fitted.transform(raw)` preprocesses it.
    """
    found = present(path)
    if source == "table" or found.suffix.lower() in (".csv", ".tsv", ".parquet", ".pq"):
        return _table(file(path), fitted, options)
    if fitted.layout == "image" and found.suffix.lower() in ENDINGS:
        return _pictures([file(path)], fitted, found)
    load = SOURCES[source].load
    takes = signature(load).parameters
    if "path" in takes and not (found.is_dir() and source == "arrays"):
        more = {"unlabelled": True} if "unlabelled" in takes else {}
        return load(**{**options, "path": path, **more})
    if found.is_dir():
        return _pictures(pictures_in(found), fitted, found)
    return arrays(path=path, layout=fitted.layout, task=fitted.kind, unlabelled=True)


def _table(path: Path, fitted: Fitted, options: Mapping[str, Any]) -> Raw:
    """Read the columns that the training used, and the target if it is there."""
    frame = read_frame(path, separator=options.get("separator", ",")).rename(columns=str)
    given = options.get("target", "")
    target = (given,) if isinstance(given, str) else tuple(given)
    if fitted.features:
        frame = frame[[name for name in frame.columns if name in (*fitted.features, *target)]]
    columns = Columns(
        target=tuple(name for name in target if name), task=fitted.kind, unlabelled=True
    )
    line = 0 if path.suffix in (".parquet", ".pq") else 2
    return from_frame(frame, columns, name=path.stem, where=str(path), first_line=line)


def _pictures(files: list[Path], fitted: Fitted, where: Path) -> Raw:
    """Decode pictures at the size and in the colours of the training."""
    if not files or fitted.layout != "image":
        raise DataError(
            f"a folder is read as pictures, and there are {len(files)} for a network on "
            f"{fitted.layout} data",
            where=str(where),
            next_step="give a table or an array file",
        )
    height, width = fitted.raw_shape[-2:]
    rows = ImageFiles(tuple(files), (height, width), "grey" if fitted.raw_shape[0] == 1 else "rgb")
    x = rows.take(torch.arange(len(files)))
    return Raw(name=where.name, kind=fitted.kind, layout="image", x=x, y=None, where=str(where))
