from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from tests.store.conftest import evaluated, reading, snapshot, training
from trainlab.engine.record import Snapshot
from trainlab.errors import ResourceError
from trainlab.store.log import Log, read


def test_events_return_as_they_were_but_for_tensors(tmp_path: Path) -> None:
    log = Log(tmp_path / "events.jsonl")
    events = [*training(stop=5), replace(reading(6), values={"train/loss": [math.nan, 1.0, 2.0]})]
    for event in events:
        log.event(event, 3)
    log.close()
    found = list(read(tmp_path / "events.jsonl"))
    assert {logged.program for logged in found} == {3}
    plain = [replace(e, tensors={}, facts={}) if isinstance(e, Snapshot) else e for e in events]
    assert repr([logged.event for logged in found]) == repr(plain)


def test_a_line_torn_by_a_kill_is_skipped_wherever_the_kill_came(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    log = Log(path)
    log.event(reading(1), 0)
    log.event(reading(2), 0)
    log.close()
    whole = path.read_bytes()
    first = whole.index(b"\n") + 1
    for cut in range(first, len(whole) + 1):
        path.write_bytes(whole[:cut])
        log = Log(path)
        log.event(reading(3), 0)
        log.close()
        steps = [logged.event.step for logged in read(path)]
        assert steps == ([1, 2, 3] if cut >= len(whole) - 1 else [1, 3])


def test_a_resume_supersedes_the_later_lines_of_its_own_program_only(tmp_path: Path) -> None:
    log = Log(tmp_path / "events.jsonl")
    log.event(reading(1), 0)
    keeps = log.sync()
    log.event(snapshot(1), 0)
    log.event(reading(2), 1)
    log.event(reading(2), 0)
    log.event(snapshot(2), 0)
    log.line({"kind": "Resumed", "program": 0, "step": 1, "keeps": keeps})
    log.event(replace(reading(2), seconds=9.0), 0)
    log.close()
    found = [(e.program, type(e.event).__name__, e.event.step) for e in read(log.path)]
    assert found == [
        (0, "Reading", 1),
        (0, "Snapshot", 1),
        (1, "Reading", 2),
        (0, "Reading", 2),
    ]
    assert list(read(log.path))[-1].event.seconds == 9.0


def test_kinds_of_later_versions_are_skipped(tmp_path: Path) -> None:
    log = Log(tmp_path / "events.jsonl")
    log.line({"kind": "Probe", "program": 0, "step": 1})
    log.event(evaluated(4), 0)
    log.close()
    assert [type(logged.event).__name__ for logged in read(log.path)] == ["Evaluated"]


def test_readings_reach_the_file_without_a_flush_for_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    monkeypatch.setattr("trainlab.store.log.time.monotonic", lambda: clock[0])
    log = Log(tmp_path / "events.jsonl")
    log.event(reading(1), 0)
    assert log.path.read_bytes() == b""
    clock[0] = 1.5
    log.event(reading(2), 0)
    assert len(log.path.read_bytes().splitlines()) == 2
    log.close()


def test_a_full_disk_is_named() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    log = Log(full)
    log.event(reading(1), 0)
    with pytest.raises(ResourceError, match="the disk is full"):
        log.flush()
    with pytest.raises(ResourceError):
        log.close()
