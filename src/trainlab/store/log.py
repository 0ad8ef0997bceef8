"""The event log: one JSON object a line, only ever appended to.

    {"kind": "Reading", "program": 0, "step": 23, ...}      an event of engine/record.py
    {"kind": "Resumed", "program": 0, "step": 20, "keeps": 4711}

A resume says how many bytes of the log its checkpoint had seen; the program's later lines are
superseded, and the reader skips them. A line torn by a kill does not parse and is skipped as well.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from trainlab.engine.record import (
    Evaluated,
    Event,
    Finished,
    Reading,
    Snapshot,
    Started,
    Stopped,
)
from trainlab.store import jsontext
from trainlab.store.atomic import disk_room

__all__ = ["Log", "Logged", "read"]

KINDS: dict[str, type[Any]] = {
    kind.__name__: kind for kind in (Started, Reading, Evaluated, Stopped, Snapshot, Finished)
}
ELSEWHERE = {"tensors", "facts", "weights", "last"}
"""Fields that have files of their own; in the log they would be copies."""
PATIENCE = 1.0
"""Seconds a reading may wait for its line to reach the file, for whoever follows it live."""


@dataclass(frozen=True)
class Logged:
    """An event as the log has it: tensors and facts are in their own files, here they are empty."""

    program: int
    event: Event


class Log:
    """The writing end. Lines gather in memory until `flush`, or for a second at most."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        self._waiting: list[bytes] = []
        self._flushed = time.monotonic()
        if path.is_file() and _torn(path):
            self._waiting.append(b"\n")  # ends the line that a kill cut short: it stays unreadable

    def event(self, event: Event, program: int) -> None:
        """Append an event."""
        own = {f.name: getattr(event, f.name) for f in fields(event) if f.name not in ELSEWHERE}
        self.line({"kind": type(event).__name__, "program": program, **own})

    def line(self, line: dict[str, Any]) -> None:
        """Append any line."""
        self._waiting.append(jsontext.dumps(line).encode() + b"\n")
        if time.monotonic() - self._flushed > PATIENCE:
            self.flush()

    def flush(self) -> None:
        """Hand all lines to the operating system: from here on a killed process loses none."""
        data = b"".join(self._waiting)
        with disk_room(self.path, len(data)):
            while data:
                data = data[os.write(self._handle, data) :]
                self._waiting = [data]
        self._waiting = []
        self._flushed = time.monotonic()

    def sync(self) -> int:
        """Flush to the disk itself and give the log's length in bytes."""
        self.flush()
        os.fsync(self._handle)
        return os.fstat(self._handle).st_size

    def close(self) -> None:
        """Flush and close."""
        try:
            self.flush()
        finally:
            os.close(self._handle)


def read(path: Path) -> Iterator[Logged]:
    """Give the events in order, without superseded and torn lines."""
    lines = list(_lines(path)) if path.exists() else []
    resumes = [(end, line) for end, line in lines if line["kind"] == "Resumed"]
    for at, line in lines:
        known = line["kind"] in KINDS
        if known and not any(_supersedes(resumed, end, line, at) for end, resumed in resumes):
            yield Logged(line["program"], _event(line))


def _supersedes(resumed: dict[str, Any], end: int, line: dict[str, Any], at: int) -> bool:
    """Tell whether a resume at byte `end` took back the line at byte `at`.

    The line of the very snapshot that was resumed comes after what the snapshot saw, and stays.
    """
    if line["program"] != resumed["program"] or not resumed["keeps"] <= at < end:
        return False
    return not (line["kind"] == "Snapshot" and line["step"] <= resumed["step"])


def _lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    at = 0
    with path.open("rb") as file:
        for raw in file:
            try:
                line = jsontext.loads(raw)
            except (json.JSONDecodeError, UnicodeDecodeError):
                line = None
            if isinstance(line, dict) and "kind" in line:
                yield at, line
            at += len(raw)


def _event(line: dict[str, Any]) -> Event:
    kind = KINDS[line["kind"]]
    known = {f.name: _tupled(line[f.name]) for f in fields(kind) if f.name in line}
    empty: dict[str, Any] = {f.name: {} for f in fields(kind) if f.name in ELSEWHERE}
    event: Event = kind(**known, **empty)
    return event


def _tupled(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _torn(path: Path) -> bool:
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(size - 1, 0))
        return file.read(1) not in (b"", b"\n")
