"""A ledger: one JSON object a line under a key, only ever appended to.

What a long question has found out so far, so that a kill loses what was in flight and no more. A
line that a kill cut short does not parse, and is passed over.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from trainlab.store import jsontext
from trainlab.store.atomic import disk_room

__all__ = ["Ledger"]


class Ledger:
    """A file of lines {"key": ..., "value": ...}; of two under one key the later counts."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> dict[str, Any]:
        """Give every whole line."""
        found: dict[str, Any] = {}
        if not self.path.exists():
            return found
        for line in self.path.read_bytes().splitlines():
            try:
                entry = jsontext.loads(line)
                found[entry["key"]] = entry["value"]
            except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError):
                continue
        return found

    def write(self, key: str, value: Any) -> None:
        """Append a line; it is in the file when this returns."""
        line = b"\n" + jsontext.dumps({"key": key, "value": value}).encode() + b"\n"
        with disk_room(self.path, len(line)), self.path.open("ab") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
