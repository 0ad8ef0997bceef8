"""JSON that stays valid when numbers are not: NaN and infinities are null, and named beside it.

    {"values": {"train/loss": [0.3, null]},
     "non_finite": [{"at": ["values", "train/loss", 1], "is": "nan"}]}

Any JSON reader takes it; ours puts the numbers back.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

__all__ = ["dumps", "loads"]

FLAG = "non_finite"


def dumps(value: Any, indent: int | None = None) -> str:
    """Encode a JSON-able value; tensors become lists, paths and devices text.

    The flag stands beside the values of an object; a list at the top keeps its nulls only.
    """
    try:
        return json.dumps(value, allow_nan=False, indent=indent, default=_plain)
    except ValueError:  # some number is not finite: the rare case pays for the search
        found: list[dict[str, Any]] = []
        clean = _clean(value, (), found)
        if isinstance(clean, dict):
            clean[FLAG] = found
        return json.dumps(clean, allow_nan=False, indent=indent)


def loads(text: str | bytes) -> Any:
    """Decode what `dumps` wrote, with the non-finite numbers in their places."""
    value = json.loads(text)
    if isinstance(value, dict):
        for mark in value.pop(FLAG, []):
            *way, last = mark["at"]
            place: Any = value
            for key in way:
                place = place[key]
            place[last] = float(mark["is"])
    return value


def _clean(value: Any, at: tuple[str | int, ...], found: list[dict[str, Any]]) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        found.append({"at": list(at), "is": str(float(value))})
        return None
    if isinstance(value, Mapping):
        return {str(key): _clean(item, (*at, str(key)), found) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_clean(item, (*at, place), found) for place, item in enumerate(value)]
    if value is None or isinstance(value, (str, int, float)):
        return value
    return _clean(_plain(value), at, found)


def _plain(value: Any) -> Any:
    if hasattr(value, "tolist"):  # a tensor, or what NumPy has
        return value.tolist()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Path) or type(value).__module__ == "torch":  # a device, a dtype
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in JSON")
