"""Labels of any type become class numbers or regression targets."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from trainlab.data.task import Kind
from trainlab.errors import DataError

__all__ = ["TaskKind", "kind_of", "number", "targets"]

TaskKind = Literal["auto", "classification", "regression"]

FEW_CLASSES = 20
"""Whole numbers with at most so many values, each met five times on average, are classes."""


def kind_of(values: NDArray[Any]) -> tuple[Kind, str]:
    """Guess the kind of task from its labels [n], with the reason."""
    if values.ndim > 1 and values.shape[1] > 1:
        return "regression", f"there are {values.shape[1]} targets"
    flat = values.reshape(-1)
    if flat.dtype.kind not in "iuf":
        return "classification", "the labels are words"
    known = flat[np.isfinite(flat.astype(np.float64))]
    kinds = len(np.unique(known))
    if (known != np.round(known)).any():
        return "regression", "the labels are fractions"
    if kinds <= FEW_CLASSES and kinds * 5 <= max(len(known), 10):
        return "classification", f"the labels are {kinds} whole numbers, met again and again"
    return "regression", f"the labels are numbers of {kinds} different values"


def number(values: NDArray[Any]) -> tuple[Tensor, tuple[str, ...]]:
    """Give codes int64 [n] (-1 where missing) and the sorted names of the classes."""
    flat = values.reshape(-1)
    if flat.dtype.kind in "iufb":
        missing = ~np.isfinite(flat.astype(np.float64))
        kinds, codes = np.unique(np.where(missing, flat.dtype.type(0), flat), return_inverse=True)
        used = sorted(set(codes[~missing].tolist()))
        place = {old: new for new, old in enumerate(used)}
        known = [place.get(code, -1) for code in codes.tolist()]
        numbers = [-1 if gone else code for code, gone in zip(known, missing, strict=True)]
        return torch.tensor(numbers, dtype=torch.int64), tuple(_word(kinds[old]) for old in used)
    words = [None if _absent(value) else str(value) for value in flat.tolist()]
    names = sorted({word for word in words if word is not None})
    place_of: dict[str | None, int] = {name: code for code, name in enumerate(names)}
    return torch.tensor([place_of.get(word, -1) for word in words]), tuple(names)


def targets(values: NDArray[Any], where: str) -> Tensor:
    """Give regression targets float64 [n, k].

    Raises DataError where they are words.
    """
    try:
        numbers = values.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(
            f"a regression target is not a number: {error}",
            where=where,
            next_step="use `task: classification`, or repair the column",
        ) from error
    return torch.from_numpy(numbers.reshape(len(numbers), -1).copy())


def _absent(value: object) -> bool:
    """Say whether a label is missing: None, NaN (which differs from itself), pandas' NA."""
    return value is None or type(value).__name__ in ("NAType", "NaTType") or value != value


def _word(value: Any) -> str:
    """Name a class: `1` for 1.0, `True` for true."""
    return str(int(value)) if isinstance(value, np.floating) and value == int(value) else str(value)
