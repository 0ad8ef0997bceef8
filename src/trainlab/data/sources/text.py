"""Text files that hold a table: how they are written, and which line holds which row."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import lzma
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal
from zipfile import BadZipFile, ZipFile

__all__ = ["MARKS", "Decimal", "LinesOf", "Spelling", "opened", "records"]

Decimal = Literal[".", ","]


@dataclass(frozen=True, kw_only=True)
class Spelling:
    """How a text file writes a table."""

    separator: str = ","
    decimal: Decimal = "."
    encoding: str = "utf-8"
    header: bool | None = None
    """Whether the first line names the columns; None where it does unless it looks like data."""
    comment: str | None = None
    """The mark after which a line is passed over."""
    missing: tuple[str, ...] = ()
    """Words that stand for a gap, besides nothing, NA, NaN, null."""


MARKS = (",", ";", "\t", "|")
"""What stands between the values of a line."""


def _first_of_zip(path: Path) -> IO[bytes]:
    archive = ZipFile(path)
    names = archive.namelist()
    if len(names) != 1:
        raise BadZipFile(f"one file is due, the archive holds {len(names)}")
    return archive.open(names[0])


PACKED: Mapping[str, Callable[[Path], Any]] = {
    ".gz": gzip.open,
    ".bz2": bz2.open,
    ".xz": lzma.open,
    ".zip": _first_of_zip,
}


def opened(path: Path) -> IO[bytes]:
    """Open a file for its bytes, unpacked where it is packed."""
    unpack = PACKED.get(path.suffix.lower())
    return path.open("rb") if unpack is None else unpack(path)


def records(path: Path, spelling: Spelling) -> Iterator[tuple[int, list[str]]]:
    """Give the line that each record begins in, and its fields; blanks and comments are none."""
    pattern = len(spelling.separator) > 1
    mark = "\x1f" if pattern else spelling.separator
    code = "utf-8-sig" if spelling.encoding == "utf-8" else spelling.encoding
    with opened(path) as file, io.TextIOWrapper(file, code, newline="") as text:
        reader, line = csv.reader(text, delimiter=mark, skipinitialspace=True), 1
        for fields in _readable(reader):
            first = fields[0].strip() if fields else ""
            noted = spelling.comment is not None and first.startswith(spelling.comment)
            if not noted and (first or len(fields) > 1):
                yield line, re.split(spelling.separator, first) if pattern else fields
            line = reader.line_num + 1


def _readable(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    """Give records up to one that Python's reader refuses: a field of more than 128 KiB."""
    with suppress(csv.Error):
        yield from reader


@dataclass(frozen=True)
class LinesOf:
    """The lines in which rows of a table begin: asked for faults alone, it reads the file again."""

    path: Path
    spelling: Spelling

    def __call__(self, rows: Sequence[int]) -> list[int]:
        """Give the line of each row."""
        named = self.spelling.header is not False
        wanted, last = set(rows), max(rows, default=0)
        found = {}
        for place, (line, _) in enumerate(records(self.path, self.spelling), start=-named):
            if place in wanted:
                found[place] = line
            if place >= last:
                break
        return [found.get(row, row + 1 + named) for row in rows]
