"""run.json: what makes a folder a run, and who may write it now."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any, Literal

from trainlab.errors import RunError
from trainlab.store import atomic

__all__ = ["FORMAT", "Lock", "Status", "is_run", "read", "write"]

FORMAT = 1
Status = Literal["running", "finished", "interrupted", "failed"]
PATIENCE = 6.0
"""Seconds to wait for the lock: a killed run's data workers hold it until they notice."""


def is_run(path: Path) -> bool:
    """Tell whether a folder is a run."""
    return (path / "run.json").is_file()


def write(path: Path, facts: dict[str, Any]) -> None:
    """Write a run's facts, with the format that this version writes."""
    atomic.write_json(path / "run.json", {"format": FORMAT, **facts})


def read(path: Path) -> dict[str, Any]:
    """Read a run's facts; raises RunError where they are damaged or of a newer format."""
    file = path / "run.json"
    try:
        facts: dict[str, Any] = json.loads(file.read_bytes())
        written = int(facts["format"])
    except (ValueError, KeyError, TypeError) as error:
        raise RunError(
            "the run's facts are damaged",
            where=str(file),
            next_step="the log and the metrics beside it can still be read by hand",
        ) from error
    if written > FORMAT:
        raise RunError(
            f"the run is of format {written}, this trainlab reads formats up to {FORMAT}",
            where=str(path),
            next_step=f"upgrade to trainlab {facts.get('trainlab', 'of its time')} or newer: "
            "pip install --upgrade trainlab",
        )
    return facts


class Lock:
    """Held by the one process that writes a run; the system frees it however the process ends."""

    def __init__(self, path: Path) -> None:
        self._file = path / ".lock"
        self._handle = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o644)
        until = time.monotonic() + PATIENCE
        while not _take(self._handle):
            if time.monotonic() > until:
                os.close(self._handle)
                raise RunError(
                    "the run is being written by another process",
                    where=str(path),
                    next_step="wait for it, or stop it: its state will be saved",
                )
            time.sleep(0.05)

    def release(self) -> None:
        """Let others write."""
        os.close(self._handle)

    @staticmethod
    def held(path: Path) -> bool:
        """Tell whether some process is writing the run now."""
        file = path / ".lock"
        if not file.exists():
            return False
        handle = os.open(file, os.O_RDWR)
        try:
            return not _take(handle)
        finally:
            os.close(handle)


if sys.platform == "win32":

    def _take(handle: int) -> bool:
        import msvcrt

        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:

    def _take(handle: int) -> bool:
        import fcntl

        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
