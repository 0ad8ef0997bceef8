"""Whether the first line of a table names its columns or is a row already."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Literal

from trainlab.data.sources.text import Decimal

__all__ = ["GAPS", "is_a_row"]

LOOKED_AT = 1000
"""Rows that the first line is compared with."""

GAPS = ("", "?", "-", "na", "n/a", "nan", "null", "none", "missing")
"""What stands for a value that is missing: it is like any column."""

Vote = Literal["row", "unlike", "name", ""]


def is_a_row(first: Sequence[str], rows: Any, decimal: Decimal) -> bool:
    """Say whether the first line's fields are like the values below, a DataFrame's.

    Numbers are, within the range of their column; words, among its words. A word above numbers
    is a name, and so are numbers that count: 0, 1, 2.
    """
    fields = [field.strip() for field in first]
    numbers = [_number(field, decimal) for field in fields]
    known = [number for number in numbers if number is not None]
    below = rows.head(LOOKED_AT)
    columns = [below.iloc[:, place] for place in range(min(len(fields), below.shape[1]))]
    votes = [_vote(*each) for each in zip(fields, numbers, columns, strict=False)]
    if "name" in votes or not len(below):
        return False
    steps = {later - earlier for earlier, later in pairwise(known)}
    if len(known) > 2 and steps == {1}:
        return False
    if len(known) == len(fields) and not all(step > 0 for step in steps):
        return True
    return votes.count("row") > votes.count("unlike")


def _vote(field: str, number: float | None, column: Any) -> Vote:
    """Say how one field is like the column below it; nothing where that tells nothing."""
    if field.casefold() in GAPS:
        return ""
    if column.dtype.kind in "iuf":
        if number is None or column.isna().all():
            return "" if column.isna().all() else "name"
        return "row" if column.min() <= number <= column.max() else "unlike"
    words = set(column.dropna().astype(str))
    if field in words:
        return "row"
    return "unlike" if 2 * len(words) <= len(column) else ""


def _number(field: str, decimal: Decimal) -> float | None:
    try:
        return float(field.replace(decimal, "."))
    except ValueError:
        return None
