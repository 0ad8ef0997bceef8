"""A look at a CSV or Parquet file: which column could be the target, which are no features."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from trainlab.amounts import counted
from trainlab.data.looking.guess import Guess
from trainlab.data.sources.frame import decimal_commas, stray_words, too_many
from trainlab.data.sources.header import GAPS, is_a_row
from trainlab.data.sources.labels import kind_of, number
from trainlab.data.sources.table import head_of, read_frame
from trainlab.data.sources.text import MARKS, Spelling, records
from trainlab.data.sources.tidy import is_nested, tidied
from trainlab.errors import DataError

__all__ = ["look_at_table"]

ROWS = 20_000
"""Lines read for a look."""

USUAL = Spelling()

IDS = r"(^|[^a-z])(id|patient|subject|user|customer)$"
"""What people call the column that says whose a row is."""

NAMES = ("target", "label", "class", "y", "species", "outcome", "diagnosis", "price", "score")
"""What people call the column to learn."""


def look_at_table(path: Path, target: str = "") -> Guess:
    """Guess from the first lines; the target is `target`, or the likeliest column."""
    frame, spelling = _read(path)
    rows, columns = frame.shape
    if rows < 2 or columns < 2:
        told = f"{counted(rows, 'rows')} and {counted(columns, 'columns')}"
        raise DataError(
            f"a table of {told} gives nothing to learn",
            where=str(path),
            next_step="check the file and its separator",
        )
    candidates = _candidates(frame)
    if target and target not in frame.columns:
        raise DataError(
            f"there is no column {target!r}", where=str(path), allowed=frame.columns, given=target
        )
    chosen = target or candidates[0]
    drop = _no_features(frame.drop(columns=chosen))
    kind, why = kind_of(_values(frame[chosen]))
    features = [name for name in frame.columns if name != chosen and name not in drop]
    if not features:
        raise DataError(
            f"no column is left for features: {_and(drop)}",
            where=str(path),
            allowed=frame.columns,
            next_step="name the target, --target COLUMN, or write the recipe by hand",
        )
    gaps = [name for name in features if _has_gaps(frame[name])]
    unlabelled = int(frame[chosen].isna().sum())
    options: dict[str, Any] = {"path": str(path), "target": chosen}
    options |= {"drop": list(drop)} if drop else {}
    options |= {key: said for key, said in _said(spelling) if said != vars(USUAL)[key]}
    words = [name for name in features if frame[name].dtype.kind not in "iufb"]
    reasons = [
        _why_target(chosen, target, candidates),
        f"{kind}: {why}",
        *(f"column {name!r} is left out: {reason}" for name, reason in drop.items()),
        *([f"words become columns of 0 and 1: {', '.join(words)}"] if words else []),
        *_gaps(gaps, chosen, unlabelled),
        *_repeated_ids(frame, [name for name in frame.columns if name != chosen]),
        *_written(spelling),
    ]
    return Guess(
        source="table",
        options=options,
        kind=kind,
        layout="vector",
        examples=len(frame),
        feature_shape=(len(features),),
        classes=number(_values(frame[chosen]))[1] if kind == "classification" else (),
        targets=tuple(candidates),
        on_bad="drop" if unlabelled else "impute" if gaps else "error",
        reasons=tuple(reasons),
    )


def _read(path: Path) -> tuple[Any, Spelling]:
    """Read the first lines, and find out how they are written."""
    if path.suffix in (".parquet", ".pq"):
        return tidied(read_frame(path, USUAL, rows=ROWS), str(path)), USUAL
    spelling = _spelling(head_of(path, 1 << 20))
    frame = read_frame(path, spelling, rows=ROWS)
    if any(
        frame[name].dtype.kind not in "iufbmM" and decimal_commas(frame[name]) for name in frame
    ):
        spelling = replace(spelling, decimal=",")
        frame = read_frame(path, spelling, rows=ROWS)
    if marks := _marks(frame):
        spelling = replace(spelling, missing=marks)
        frame = read_frame(path, spelling, rows=ROWS)
    _, first = next(records(path, spelling), (0, []))
    bare = is_a_row(first, frame, spelling.decimal)
    spelling = replace(spelling, header=False if bare else None)
    whole = read_frame(path, spelling, rows=ROWS) if bare else frame
    return tidied(whole, str(path)), spelling


def _marks(frame: Any) -> tuple[str, ...]:
    """Find the words that stand for a gap: among numbers, and `?` among words."""
    found: set[str] = set()
    for name in frame.columns:
        words = stray_words(frame[name])
        if {word.casefold() for word in words} <= set(GAPS):
            found |= set(words)
        elif frame[name].dtype.kind not in "iufbmM":
            found |= {"?"} & set(frame[name].dropna())
    return tuple(sorted(found))


def _spelling(head: bytes) -> Spelling:
    """Guess from the first bytes of a file: the separator is what its first line has most of."""
    code = _encoding(head)
    lines = [line for line in head.decode(code, "replace").splitlines()[:100] if line.strip()]
    noted = [line for line in lines if line.startswith("#")]
    plain = [line for line in lines if not line.startswith("#")]
    first = plain[0] if plain else ""
    mark = max(MARKS, key=first.count)
    widths = {len(line.split()) for line in plain[:20]}
    if not first.count(mark) and len(widths) == 1 and widths != {1}:
        mark = r"\s+"
    header = len(noted) == 1 and first and noted[0].count(mark) == first.count(mark)
    comment = "#" if noted and not header else None
    return Spelling(separator=mark, encoding=code, header=True, comment=comment)


def _encoding(head: bytes) -> str:
    """Give utf-8 where the first bytes are, else what Windows writes."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)  # the last letter may be cut
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _said(spelling: Spelling) -> Iterator[tuple[str, Any]]:
    for key, said in vars(spelling).items():
        yield key, list(said) if isinstance(said, tuple) and said else said


def _has_gaps(column: Any) -> bool:
    if column.dtype.kind == "f":
        return not np.isfinite(column.to_numpy(np.float64, na_value=np.nan)).all()
    return bool(column.isna().any())


def _gaps(gaps: list[str], target: str, unlabelled: int) -> list[str]:
    """Say what becomes of rows with gaps."""
    if unlabelled:
        more = " and those with other gaps" if gaps else ""
        return [f"{unlabelled} rows without {target!r}{more} are left out"]
    return [f"gaps are filled, they are in: {', '.join(gaps)}"] if gaps else []


def _written(spelling: Spelling) -> list[str]:
    """Say what is unusual in how the file is written."""
    comma = ["numbers are written with a decimal comma"] if spelling.decimal == "," else []
    code, bare = spelling.encoding, spelling.header is False
    return [
        *comma,
        *(["the first line is data already: columns are called by their place"] if bare else []),
        *(f"{word!r} stands for a gap" for word in spelling.missing),
        *(["lines that begin with # are passed over"] if spelling.comment else []),
        *([f"the file is not UTF-8: it is read as {code}"] if code != "utf-8" else []),
    ]


def _and(drop: dict[str, str]) -> str:
    return "; ".join(f"{name!r}: {reason}" for name, reason in drop.items())


def _candidates(frame: Any) -> list[str]:
    """Rank columns as targets: by name, then the last, then the first, then words and classes."""
    columns = [name for name in frame.columns if not is_nested(frame[name])]
    usable = [name for name in columns if frame[name].nunique() > 1]
    named = [name for word in NAMES for name in usable if name.casefold() == word]
    partly = [name for word in NAMES[:3] for name in usable if word in name.casefold()]
    plain = [name for name in usable if not _too_many_words(frame[name])]
    classes = [n for n in plain if kind_of(_values(frame[n]))[0] == "classification"]
    ranked = list(dict.fromkeys([*named, *partly, *plain[-1:], *plain[:1], *classes, *usable]))
    return ranked or list(frame.columns)[-1:]


def _why_target(chosen: str, given: str, candidates: list[str]) -> str:
    others = [name for name in candidates if name != chosen][:4]
    more = f"; others: {', '.join(others)}" if others else ""
    if given:
        return f"the target is {chosen!r}, as asked{more}"
    by_name = chosen.casefold() in NAMES or any(w in chosen.casefold() for w in NAMES[:3])
    return f"the target is {chosen!r}, by its {'name' if by_name else 'place'}{more}"


def _no_features(frame: Any) -> dict[str, str]:
    """Find the columns that are no features, with the reason."""
    found = {}
    for name in frame.columns:
        column = frame[name]
        if column.isna().all():
            found[name] = "it is empty"
        elif is_nested(column):
            found[name] = "it holds lists or dicts"
        elif column.dtype.kind in "mM":
            found[name] = "it holds dates"
        elif column.dtype.kind in "iu" and _numbers_the_rows(column, name):
            found[name] = "it numbers the rows"
        elif _too_many_words(column):
            found[name] = _why_too_many(column)
    return found


def _why_too_many(column: Any) -> str:
    """Say what a column of many different words is."""
    if words := stray_words(column):
        return f"it holds numbers, but also words, as {words[0]!r}"
    many = f"{column.nunique()} different words"
    return f"it holds {'dates' if _are_dates(column) else many}"


def _are_dates(column: Any) -> bool:
    import pandas

    some = column.dropna().head(100)
    return bool(pandas.to_datetime(some, format="ISO8601", errors="coerce").notna().all())


def _repeated_ids(frame: Any, names: list[str]) -> list[str]:
    """Say which columns seem to name what rows belong to: they ask for a split by group."""
    ids = [name for name in names if re.search(IDS, name.casefold())]
    return [
        f"column {name!r} names {frame[name].nunique()} of {len(frame)} rows: where rows of one "
        f"belong together, say `group: {name}`"
        for name in ids
        if frame[name].dtype.kind != "f" and 1 < frame[name].nunique() < len(frame)
    ]


def _numbers_the_rows(column: Any, name: str) -> bool:
    values = column.to_numpy()
    counts = len(values) > 2 and bool((np.diff(values) == 1).all())
    return counts or (column.is_unique and name.casefold() in ("id", "index", "unnamed: 0"))


def _too_many_words(column: Any) -> bool:
    if column.dtype.kind in "iufbmM":
        return False
    return too_many(int(column.nunique()), len(column))


def _values(column: Any) -> Any:
    if column.dtype.kind in "iuf":
        return column.to_numpy(dtype=np.float64, na_value=np.nan)
    return column.astype(object).to_numpy()
