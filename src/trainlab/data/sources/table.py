"""Tables in files: CSV (also compressed) and Parquet."""

from __future__ import annotations

import warnings
import zlib
from lzma import LZMAError
from pathlib import Path
from typing import Annotated, Any
from zipfile import BadZipFile

from trainlab.data.sources.frame import Columns, from_frame
from trainlab.data.sources.header import is_a_row
from trainlab.data.sources.labels import TaskKind
from trainlab.data.sources.open_file import file
from trainlab.data.sources.text import MARKS, Decimal, LinesOf, Spelling, opened, records
from trainlab.data.task import Raw
from trainlab.errors import DataError
from trainlab.tables import ON_DISK

__all__ = ["head_of", "lines_of", "read_frame", "table"]

PACKING = (EOFError, BadZipFile, LZMAError, zlib.error)
UNREADABLE = (ValueError, OSError, ImportError, Warning, *PACKING)
"""What the readers raise for a file that holds no table."""


def table(
    *,
    path: Annotated[str, ON_DISK],
    target: str | list[str] = "",
    task: TaskKind = "auto",
    drop: list[str] | None = None,
    group: str | None = None,
    time: str | None = None,
    separator: str = ",",
    decimal: Decimal = ".",
    encoding: str = "utf-8",
    header: bool | None = None,
    comment: str | None = None,
    missing: list[str] | None = None,
    unlabelled: bool = False,
) -> Raw:
    """Read a CSV or Parquet file; columns of words become categories.

    target: the column to learn, or several numeric ones; drop: columns to leave out; group and
    time: columns to split by; separator, decimal, encoding: how a CSV is written, `;`, `,` and
    `cp1252` for one of a German Excel; header: false where the first line is a row already, and
    columns are called `column 1`, ...; comment: the mark of lines to pass over; missing: words
    that stand for a gap, such as `?`; unlabelled: the target may be absent, for rows to predict.
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
    spelling = Spelling(
        separator=separator,
        decimal=decimal,
        encoding=encoding,
        header=header,
        comment=comment,
        missing=tuple(missing or ()),
    )
    frame = read_frame(found, spelling)
    lines = lines_of(found, spelling)
    return from_frame(frame, columns, name=found.stem, where=str(found), lines=lines)


def lines_of(path: Path, spelling: Spelling) -> LinesOf | None:
    """Give what knows the lines of a file's rows, where it has lines."""
    return None if _is_parquet(path) else LinesOf(path, spelling)


def head_of(path: Path, size: int) -> bytes:
    """Give the first bytes of a file, unpacked where it is packed."""
    try:
        with opened(path) as file:
            return file.read(size)
    except UNREADABLE as error:
        raise _unreadable(str(error), path) from error


def read_frame(path: Path, spelling: Spelling, *, rows: int | None = None) -> Any:
    """Read a file into a DataFrame, or its first rows.

    Raises DataError where it cannot be read, with the reader's own reason and line.
    """
    import pandas

    try:
        if _is_parquet(path):
            return pandas.read_parquet(path)
        frame = _read_text(path, spelling, rows)
    except UnicodeDecodeError as error:
        raise DataError(
            f"the table is not written in {spelling.encoding}: {error}",
            where=str(path),
            next_step="say how it is written, `encoding: cp1252` on Windows, or save it as UTF-8",
        ) from error
    except LookupError as error:
        raise DataError(
            str(error), where="encoding", allowed=("utf-8", "cp1252", "utf-16")
        ) from error
    except UNREADABLE as error:
        raise _unreadable(_misshapen(path, spelling, str(error)) or str(error), path) from error
    return _columns(frame, path, spelling)


def _unreadable(why: str, path: Path) -> DataError:
    return DataError(
        f"the table cannot be read: {why.strip()}",
        where=str(path),
        next_step="check the file and the `separator`; Parquet needs `trainlab[parquet]`",
    )


def _read_text(path: Path, spelling: Spelling, rows: int | None) -> Any:
    """Read a CSV; no row has more values than there are columns."""
    import pandas

    with warnings.catch_warnings():
        warnings.filterwarnings("error", "Length of header")  # values would be left out
        frame = pandas.read_csv(
            path,
            sep=spelling.separator,
            decimal=spelling.decimal,
            encoding=spelling.encoding,
            header=None if spelling.header is False else "infer",
            comment=spelling.comment,
            na_values=list(spelling.missing),
            nrows=rows,
            skipinitialspace=True,
            index_col=False,
            low_memory=False,
        )
    for name in frame.columns:
        if pandas.api.types.is_string_dtype(frame[name]):
            frame[name] = frame[name].str.rstrip()  # blanks before a value are passed over too
    return frame


def _columns(frame: Any, path: Path, spelling: Spelling) -> Any:
    """Name the columns of a file without a header; refuse one that nobody said has none."""
    if spelling.header is False:
        return frame.set_axis([f"column {place + 1}" for place in frame.columns], axis=1)
    line, first = next(records(path, spelling), (0, []))
    if spelling.header is None and is_a_row(first, frame, spelling.decimal):
        raise DataError(
            f"line {line} looks like data, not like the names of the columns: {_some(first)}",
            where=str(path),
            next_step="write the names above it, or say `header: false` in the source "
            "(`header: true` if these are the names)",
        )
    _several_columns(frame, path)
    return frame.rename(columns=str.strip)


def _several_columns(frame: Any, path: Path) -> None:
    """Refuse a table whose lines were not parted."""
    names = list(frame.columns)
    mark = next((mark for mark in MARKS[1:] if mark in names[0]), "") if len(names) == 1 else ""
    if mark:
        raise DataError(
            f"the lines are not parted by a comma: they begin {names[0]!r}",
            where=str(path),
            next_step=f"say what stands between the values: `separator: {mark!r}`",
        )


def _some(fields: list[str]) -> str:
    return ", ".join(fields[:5]) + ", ..." * (len(fields) > 5)


def _misshapen(path: Path, spelling: Spelling, error: str) -> str:
    """Name the first line that has too many values, or the quote that is never closed."""
    width = line = 0
    try:
        for line, fields in records(path, spelling):
            width = width or len(fields)
            if any(fields[width:]):
                return f"line {line} has {len(fields)} values, for {width} columns"
    except (ValueError, OSError, EOFError, LookupError):
        return ""
    return f"a quote opens in line {line} and is never closed" if "EOF inside" in error else ""


def _is_parquet(path: Path) -> bool:
    return path.suffix.lower() in (".parquet", ".pq")
