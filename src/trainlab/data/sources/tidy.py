"""What a DataFrame may hold that is neither a number nor a word: told apart, or refused."""

from __future__ import annotations

from typing import Any

import numpy as np

from trainlab.errors import DataError

__all__ = ["is_nested", "tidied"]

NUMBERS = ("integer", "decimal", "floating", "mixed-integer-float")
"""What pandas calls a column of Python's numbers: too long for 64 bits, or exact decimals."""


def tidied(frame: Any, where: str) -> Any:
    """Give a frame with words as names, each once; Python's numbers become float64."""
    from pandas.api.types import infer_dtype

    frame = frame.rename(columns=str)
    twice = frame.columns[frame.columns.duplicated()]
    if len(twice):
        raise DataError(
            f"there are several columns {twice[0]!r}",
            where=where,
            next_step="rename all but one, or leave them out",
        )
    objects = [name for name in frame.columns if frame[name].dtype == object]
    exact = {name: np.float64 for name in objects if infer_dtype(frame[name]) in NUMBERS}
    return frame.astype(exact) if exact else frame


def is_nested(column: Any) -> bool:
    """Say whether a column holds lists, dicts or arrays."""
    if column.dtype != object:
        return False
    return any(isinstance(value, list | dict | set | tuple | np.ndarray) for value in column)
