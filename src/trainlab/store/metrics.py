"""metrics.csv: one row for each member at each step that was read or evaluated.

Columns: step, epoch, program, member, seed, then the metrics in the order in which they first
appeared. It holds no clock times, so that a resumed run's table equals a straight run's.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trainlab.engine.record import Evaluated, Reading
from trainlab.store import atomic
from trainlab.store.log import Logged
from trainlab.store.members import Member

if TYPE_CHECKING:
    import pandas

__all__ = ["FIRST", "Table", "frame", "rows"]

FIRST = ("step", "epoch", "program", "member", "seed")
Row = dict[str, Any]


def rows(events: Iterable[Logged], members: Sequence[Member]) -> Iterator[Row]:
    """Give the rows: readings and evaluations of one step are joined into one row a member."""
    joined = Joined(members)
    for logged in events:
        yield from joined.add(logged)
    yield from joined.rest()


def frame(events: Iterable[Logged], members: Sequence[Member]) -> pandas.DataFrame:
    """Give the table, sorted by program, step and member."""
    import pandas

    found = list(rows(events, members))
    columns = list(dict.fromkeys([*FIRST, *(name for row in found for name in row)]))
    table = pandas.DataFrame(found, columns=columns)
    return table.sort_values(["program", "step", "member"], kind="stable", ignore_index=True)


class Joined:
    """Joins what is said of one step; a program's rows are ready when it moves to another step."""

    def __init__(self, members: Sequence[Member]) -> None:
        self._members = {(m.program, m.place): m for m in members}
        self._open: dict[int, dict[int, Row]] = {}

    def add(self, logged: Logged) -> list[Row]:
        """Take an event, give the rows that it completes."""
        event, program = logged.event, logged.program
        if not isinstance(event, (Reading, Evaluated)):
            return []
        ready = []
        if any(row["step"] != event.step for row in self._open.get(program, {}).values()):
            ready = list(self._open.pop(program).values())
        rows = self._open.setdefault(program, {})
        for at, place in enumerate(event.members):
            member = self._members[program, place]
            row = rows.setdefault(place, self._row(event, member))
            row.update({name: values[at] for name, values in event.values.items()})
        return ready

    def rest(self) -> list[Row]:
        """Give the rows that still wait for more."""
        waiting = [row for rows in self._open.values() for row in rows.values()]
        self._open = {}
        return waiting

    @staticmethod
    def _row(event: Reading | Evaluated, member: Member) -> Row:
        first = (event.step, event.epoch, member.program, member.member, member.seed)
        return dict(zip(FIRST, first, strict=True))


class Table:
    """The file: rows are appended as events arrive, a new metric writes it anew."""

    def __init__(self, path: Path, members: Sequence[Member]) -> None:
        self.path = path
        self._members = members
        self._joined = Joined(members)
        self._columns: list[str] = []
        self._ready: list[Row] = []

    def add(self, logged: Logged) -> None:
        """Take an event."""
        self._ready += self._joined.add(logged)

    def flush(self, events: Iterable[Logged]) -> None:
        """Bring the file up to date; `events` are read only where the columns have changed."""
        if any(name not in self._columns for row in self._ready for name in row):
            self.rebuild(events)
        elif self._ready:
            text = _text(self._ready, self._columns)
            with atomic.disk_room(self.path, len(text)), self.path.open("a", newline="") as file:
                file.write(text)
        self._ready = []

    def rebuild(self, events: Iterable[Logged]) -> None:
        """Write the file anew from the log, and go on from there."""
        self._joined = Joined(self._members)
        done = [row for logged in events for row in self._joined.add(logged)]
        self._write(done)

    def close(self, events: Iterable[Logged]) -> None:
        """Write the whole table, sorted like `frame`."""
        done = list(rows(events, self._members))
        done.sort(key=lambda row: (row["program"], row["step"], row["member"]))
        self._write(done)

    def _write(self, done: list[Row]) -> None:
        self._columns = list(dict.fromkeys([*FIRST, *(name for row in done for name in row)]))
        header = ",".join(self._columns) + "\n"
        atomic.write_text(self.path, header + _text(done, self._columns))
        self._ready = []


def _text(found: Iterable[Row], columns: Sequence[str]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([_cell(row.get(name)) for name in columns] for row in found)
    return text.getvalue()


def _cell(value: Any) -> Any:
    """Write a number in full; NaN is an empty cell, as pandas reads and writes it."""
    return "" if value is None or (isinstance(value, float) and math.isnan(value)) else value
