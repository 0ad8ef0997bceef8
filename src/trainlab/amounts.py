"""An amount in words: a number with its unit, of one or of many."""

from __future__ import annotations

__all__ = ["counted"]


def counted(number: int | str, units: str) -> str:
    """Write a number with its unit: `8 seeds`, `1 seed`, `0.5` where there is none."""
    one = str(number) in ("1", "-1")
    return f"{number} {units.removesuffix('s') if one else units}".rstrip()
