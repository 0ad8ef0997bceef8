"""Tables in files: CSV (also compressed) and Parquet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from trainlab.data.sources.frame import Columns, from_frame
from trainlab.data.sources.labels import TaskKind
from trainlab.data.sources.open_file import file
from trainlab.data.task import Raw
from trainlab.errors import DataError

__all__ = ["Decimal", "Spelling", "read_frame", "table"]

Decimal = Literal[".", ","]


@dataclass(frozen=True, kw_only=True)
class Spelling:
    """How a text file writes a table."""

    separator: str = ","
    decimal: Decimal = "."
    encoding: str = "utf-8"


def table(
    *,
    path: str,
    target: str | list[str] = "",
    task: TaskKind = "auto",
    drop: list[str] | None = None,
    group: str | None = None,
    time: str | None = None,
    separator: str = ",",
    decimal: Decimal = ".",
    encoding: str = "utf-8",
    unlabelled: bool = False,
) -> Raw:
    """Read a CSV or Parquet file; columns of words become categories.

    target: the column to learn, or several numeric ones; drop: columns to leave out; group and
    time: columns to split by; separator, decimal, encoding: how a CSV is written, `;`, `,` and
    `cp1252` for one of a German Excel; unlabelled: the target may be absent, for rows to predict.
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
    spelling = Spelling(separator=separator, decimal=decimal, encoding=encoding)
    frame = read_frame(found, spelling)
    return from_frame(frame, columns, name=found.stem, where=str(found), first_line=line)


def read_frame(path: Path, spelling: Spelling, *, rows: int | None = None) -> Any:
    """Read a file into a DataFrame, or its first rows.

    Raises DataError where it cannot be read, with the reader's own reason and line.
    """
    import pandas

    try:
        if _is_parquet(path):
            return pandas.read_parquet(path)
        return pandas.read_csv(
            path,
            sep=spelling.separator,
            decimal=spelling.decimal,
            encoding=spelling.encoding,
            nrows=rows,
            skipinitialspace=True,
        )
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
    except (ValueError, OSError, EOFError, ImportError) as error:
        raise DataError(
            f"the table cannot be read: {str(error).strip()}",
            where=str(path),
            next_step="check the file and the `separator`; Parquet needs `trainlab[parquet]`",
        ) from error


def _is_parquet(path: Path) -> bool:
    return path.suffix.lower() in (".parquet", ".pq")
