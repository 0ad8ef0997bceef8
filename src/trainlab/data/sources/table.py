"""Tables in files: CSV (also compressed) and Parquet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from trainlab.data.sources.frame import Columns, from_frame
from trainlab.data.sources.labels import TaskKind
from trainlab.data.sources.open_file import file
from trainlab.data.task import Raw
from trainlab.errors import DataError

__all__ = ["read_frame", "table"]


def table(
    *,
    path: str,
    target: str | list[str] = "",
    task: TaskKind = "auto",
    drop: list[str] | None = None,
    group: str | None = None,
    time: str | None = None,
    separator: str = ",",
    unlabelled: bool = False,
) -> Raw:
    """Read a CSV or Parquet file; columns of words become categories.

    target: the column to learn, or several numeric ones; drop: columns to leave out; group and
    time: columns to split by; unlabelled: the target may be absent, for rows to predict.
    """
    named = (target,) if isinstance(target, str) else tuple(target)
    columns = Columns(
        target=tuple(name for name in named if name),
        drop=tuple(drop or ()),
        group=group,
        time=time,
        task=task,
        unlabelled=unlabelled,
    )
    found = file(path)
    line = 0 if _is_parquet(found) else 2
    frame = read_frame(found, separator=separator)
    return from_frame(frame, columns, name=found.stem, where=str(found), first_line=line)


def read_frame(path: Path, *, separator: str = ",", rows: int | None = None) -> Any:
    """Read a file into a DataFrame, or its first rows.

    Raises DataError where it cannot be read, with the reader's own reason and line.
    """
    import pandas

    try:
        if _is_parquet(path):
            return pandas.read_parquet(path)
        return pandas.read_csv(path, sep=separator, nrows=rows, skipinitialspace=True)
    except (ValueError, OSError, EOFError, ImportError) as error:
        raise DataError(
            f"the table cannot be read: {str(error).strip()}",
            where=str(path),
            next_step="check the file and the `separator`; Parquet needs `trainlab[parquet]`",
        ) from error


def _is_parquet(path: Path) -> bool:
    return path.suffix.lower() in (".parquet", ".pq")
