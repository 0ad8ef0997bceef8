"""A pandas DataFrame becomes columns of numbers and of categories, and a target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from trainlab.data.sources.labels import TaskKind, kind_of, number, targets
from trainlab.data.sources.tidy import is_nested, tidied
from trainlab.data.task import Lines, Raw
from trainlab.errors import DataError

__all__ = ["Columns", "decimal_commas", "from_frame", "stray_words", "too_many"]

MANY = 100
"""A column of more different words than this is refused: it is a name or a text."""


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Which columns of a table play which part."""

    target: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    group: str | None = None
    time: str | None = None
    task: TaskKind = "auto"
    unlabelled: bool = False
    """Whether the target may be absent: for rows to predict."""


def from_frame(
    frame: Any, columns: Columns, *, name: str, where: str, lines: Lines | None = None
) -> Raw:
    """Read a DataFrame by the parts that its columns play."""
    frame = tidied(frame, where)
    played = [*columns.target, *columns.drop]
    played += [column for column in (columns.group, columns.time) if column]
    present = [column for column in played if column in frame.columns or not columns.unlabelled]
    for column in present:
        _known(column, frame, where)
    features = [column for column in frame.columns if column not in played]
    if not features:
        raise DataError("no column is left for features", where=where, allowed=frame.columns)
    values, levels = _features(frame, features, where, lines)
    y, classes = _target(frame, columns, where)
    raw = Raw(
        name=name,
        kind="classification" if classes or y is None else "regression",
        layout="vector",
        x=values,
        y=y,
        classes=classes,
        features=tuple(features),
        levels=levels,
        targets=() if classes else columns.target,
        groups=_codes(frame, columns.group),
        times=_times(frame, columns.time, where),
        where=where,
        lines=lines,
    )
    return raw


def _known(column: str, frame: Any, where: str) -> None:
    if column not in frame.columns:
        raise DataError(
            f"there is no column {column!r}",
            where=where,
            allowed=[str(known) for known in frame.columns],
            given=column,
            next_step="name a column of the table",
        )


def _features(
    frame: Any, names: Sequence[str], where: str, lines: Lines | None
) -> tuple[Tensor, dict[int, tuple[str, ...]]]:
    """Give x float64 [n, d], and the words of each column of categories."""
    columns, levels = [], {}
    for place, name in enumerate(names):
        column = frame[name]
        if column.dtype.kind in "iufb":
            columns.append(column.to_numpy(dtype=np.float64, na_value=np.nan))
            continue
        _no_dates(column, name, where)
        _not_nested(column, name, where)
        _no_stray_words(column, name, where, lines)
        _no_decimal_commas(column, name, where)
        codes, words = number(column.astype(object).to_numpy())
        _not_too_many(words, name, where, len(frame))
        columns.append(np.where(codes < 0, np.nan, codes.numpy().astype(np.float64)))
        levels[place] = words
    return torch.from_numpy(np.stack(columns, axis=1)), levels


def _no_dates(column: Any, name: str, where: str) -> None:
    if column.dtype.kind in "mM":
        raise DataError(
            f"column {name!r} holds dates, which are no features by themselves",
            where=where,
            next_step=f"leave it out, `drop: [{name}]`, or split by it, `time: {name}`",
        )


def _not_nested(column: Any, name: str, where: str) -> None:
    if column.dtype.kind == "c" or is_nested(column):
        held = "complex numbers" if column.dtype.kind == "c" else "lists or dicts"
        raise DataError(
            f"column {name!r} holds {held}: neither numbers nor words",
            where=where,
            next_step=f"leave it out, `drop: [{name}]`, or make columns of numbers of it",
        )


def _no_stray_words(column: Any, name: str, where: str, lines: Lines | None) -> None:
    """Refuse a column of numbers with a few words among them: a typing slip, no category."""
    words = stray_words(column)
    if not words:
        return
    first = int((column.astype(str) == words[0]).to_numpy().argmax())
    place = f"line {lines([first])[0]}" if lines else f"row {first}"
    raise DataError(
        f"column {name!r} holds numbers, but {words[0]!r} in {place}",
        where=where,
        next_step=f"repair it, say that it stands for a gap, `missing: [{words[0]!r}]`, or leave "
        f"the column out, `drop: [{name}]`",
    )


def stray_words(column: Any) -> list[str]:
    """Give the words in a column that is of numbers for the most part."""
    import pandas

    if column.dtype.kind in "iufbmM":
        return []
    known = column.dropna()
    words = known[pandas.to_numeric(known, errors="coerce").isna()]
    return [str(word) for word in words] if 2 * len(words) < len(known) else []


def too_many(words: int, rows: int) -> bool:
    """Say whether a column of so many different words is no category but a name or a text."""
    return words > min(MANY, max(rows // 2, 10))


def decimal_commas(column: Any) -> bool:
    """Say whether most values of a column of words are numbers with a decimal comma."""
    known = column.dropna().astype(str).str.strip()
    return 2 * int(known.str.fullmatch(r"[+-]?\d+(,\d+)?").sum()) > len(known) and bool(
        known.str.contains(",", regex=False).any()
    )


def _no_decimal_commas(column: Any, name: str, where: str) -> None:
    if column.dtype.kind not in "iufbmM" and decimal_commas(column):
        raise DataError(
            f"column {name!r} holds numbers with a decimal comma, as {column.dropna().iloc[0]!r}",
            where=where,
            next_step="say so in the source: `decimal: ','`; in a DataFrame, make them numbers",
        )


def _not_too_many(words: Sequence[str], name: str, where: str, rows: int) -> None:
    if too_many(len(words), rows):
        raise DataError(
            f"column {name!r} holds {len(words)} different words in {rows} rows: "
            f"not numbers, and too many for categories",
            where=where,
            next_step=f"leave it out: `drop: [{name}]`",
        )


def _target(frame: Any, columns: Columns, where: str) -> tuple[Tensor | None, tuple[str, ...]]:
    if columns.unlabelled and not set(columns.target) <= set(frame.columns):
        return None, ()
    if not columns.target:
        if columns.unlabelled:
            return None, ()
        raise DataError(
            "no target column is named",
            where=where,
            allowed=[str(known) for known in frame.columns],
            next_step="say which column to learn: `target: COLUMN`",
        )
    for name in columns.target:
        _not_nested(frame[name], name, where)
        _no_date_as_target(frame[name], name, where)
        _no_decimal_commas(frame[name], name, where)
    block = frame[list(columns.target)]
    plain = all(kind.kind in "iuf" for kind in block.dtypes)
    values = block.to_numpy(dtype=np.float64 if plain else object, na_value=np.nan)
    kind = kind_of(values)[0] if columns.task == "auto" else columns.task
    return number(values) if kind == "classification" else (targets(values, where), ())


def _no_date_as_target(column: Any, name: str, where: str) -> None:
    if column.dtype.kind in "mM":
        raise DataError(
            f"column {name!r} holds dates, and cannot be learned as it is",
            where=where,
            next_step="make a number of it: days since a start, hours until an end",
        )


def _codes(frame: Any, column: str | None) -> Tensor | None:
    """Give each row its group's number; rows without one are each a group of their own."""
    if column is None or column not in frame.columns:
        return None
    codes, words = number(frame[column].astype(object).to_numpy())
    alone = len(words) + torch.arange(len(codes))
    return torch.where(codes < 0, alone, codes)


def _times(frame: Any, column: str | None, where: str) -> Tensor | None:
    """Read a column of times: numbers as they are, else dates in nanoseconds."""
    import pandas

    if column is None or column not in frame.columns:
        return None
    values = frame[column]
    if values.dtype.kind in "iuf":
        return torch.from_numpy(values.to_numpy(dtype=np.float64))
    try:
        dates = pandas.to_datetime(values, format="ISO8601")
    except (ValueError, TypeError) as error:
        raise DataError(
            f"column {column!r} holds no times: {error}",
            where=where,
            next_step="write numbers, or dates as 2024-03-31 or 2024-03-31T18:00",
        ) from error
    return torch.from_numpy(dates.to_numpy("datetime64[ns]").astype(np.int64))
