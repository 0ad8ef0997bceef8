"""Data that was not there at training: read so that the trained network can predict on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from inspect import signature
from pathlib import Path
from typing import Any

import torch

from trainlab.data.fitted import Fitted
from trainlab.data.sources import SOURCES
from trainlab.data.sources.arrays import arrays
from trainlab.data.sources.frame import Columns, from_frame
from trainlab.data.sources.idx import idx
from trainlab.data.sources.images import ENDINGS, ImageFiles, pictures_in
from trainlab.data.sources.open_file import file, present
from trainlab.data.sources.table import lines_of, read_frame
from trainlab.data.sources.text import Spelling
from trainlab.data.sources.user import from_user, is_frame
from trainlab.data.task import Lines, Raw
from trainlab.errors import DataError

__all__ = ["read_unseen"]


def read_unseen(data: object, fitted: Fitted, source: str, options: Mapping[str, Any]) -> Raw:
    """Read new data; labels are read if they are there.

    data: a path, or what `from_user` takes; source, options: those of the training ("" for none).
    Files are read as the training's were; where that had no file, or for one picture, by their
    ending. Then `fitted.transform(raw)` preprocesses it.
    """
    if isinstance(data, str | Path):
        return _from_path(str(data), fitted, source, options)
    if is_frame(data):
        return _from_frame(data, fitted, options, where="DataFrame")
    return from_user(data, task=fitted.kind)


def _from_path(path: str, fitted: Fitted, source: str, options: Mapping[str, Any]) -> Raw:
    found = present(path)
    if source == "table" or found.suffix.lower() in (".csv", ".tsv", ".parquet", ".pq"):
        given: dict[str, Any] = {each.name: options.get(each.name) for each in fields(Spelling)}
        spelling = Spelling(**{name: said for name, said in given.items() if said is not None})
        frame, lines = read_frame(file(path), spelling), lines_of(found, spelling)
        return _from_frame(frame, fitted, options, where=str(found), lines=lines)
    if fitted.layout == "image" and found.suffix.lower() in ENDINGS:
        return _pictures([file(path)], fitted, found)
    load = SOURCES[source].load if source else arrays
    takes = signature(load).parameters
    if "path" in takes and not (found.is_dir() and load is arrays):
        more = {"unlabelled": True} if "unlabelled" in takes else {}
        own = {**options, "path": path, **more}
        if load in (arrays, idx):
            own.pop("labels", None)  # of the training's examples, not of these
        return load(**own)
    if found.is_dir():
        return _pictures(pictures_in(found), fitted, found)
    return arrays(path=path, task=fitted.kind, unlabelled=True)


def _from_frame(
    frame: Any,
    fitted: Fitted,
    options: Mapping[str, Any],
    *,
    where: str,
    lines: Lines | None = None,
) -> Raw:
    """Read the columns that the training used, and the target if it is there."""
    frame = frame.rename(columns=str)
    given = options.get("target", "")
    target = (given,) if isinstance(given, str) else tuple(given)
    if fitted.features and not set(fitted.features) & set(frame.columns):
        raise DataError(
            f"the table has none of the training's columns: {', '.join(fitted.features)}",
            where=where,
            allowed=frame.columns,
            next_step="give every column that the network was trained on",
        )
    if fitted.features:
        frame = frame[[name for name in frame.columns if name in (*fitted.features, *target)]]
    named = tuple(name for name in target if name)
    columns = Columns(target=named, task=fitted.kind, unlabelled=True)
    return from_frame(frame, columns, name=Path(where).stem, where=where, lines=lines)


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
