"""The comparisons of a folder of runs, as a list tells them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from trainlab.store import jsontext

__all__ = ["Listed", "comparisons"]


@dataclass(frozen=True)
class Listed:
    """One comparison of the list."""

    path: Path
    created: str
    """ISO 8601 with the zone."""
    arms: tuple[str, ...]
    sentence: str | None
    """What it came to; None where it has not come to an end."""


def comparisons(runs: Path) -> list[Listed]:
    """Give the comparisons in a folder, oldest first; folders that cannot be read are left out."""
    return sorted(_readable(Path(runs)), key=lambda each: (each.created, each.path.name))


def _readable(runs: Path) -> Iterator[Listed]:
    for file in sorted(runs.glob("*/compare.json")):
        written = datetime.fromtimestamp(file.stat().st_mtime).astimezone()
        result = file.with_name("comparison.json")
        try:
            asked = jsontext.loads(file.read_text())
            arms = tuple(arm["name"] for arm in asked["arms"])
            told = jsontext.loads(result.read_text())["sentence"] if result.exists() else None
        except (OSError, ValueError, KeyError, TypeError):
            continue
        created = asked.get("created") or written.isoformat(timespec="seconds")
        yield Listed(file.parent, created, arms, told)
