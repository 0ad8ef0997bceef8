"""Views of matrices that stay where they are from step to step, taken once.

A view costs as long to take as the arithmetic on a few thousand weights, and a step of many members
by torch's kernels takes one for each row of theta and of every slot.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import ref

from torch import Tensor

__all__ = ["cut_once", "rows_once"]

_taken: dict[int, tuple[Any, int, dict[Any, Any]]] = {}
"""By the id of a matrix: itself, held weakly, where it lies, and views of it by what they show."""


def cut_once(x: Tensor, rows: slice) -> Tensor:
    """Give some rows of x [P, K], which is asked for them again at the next step."""
    if rows.start is None:
        return x
    views = _of(x)
    key = rows.start, rows.stop
    if key not in views:
        views[key] = x.detach()[rows]  # a view of x itself would keep it alive
    found: Tensor = views[key]
    return found


def rows_once(x: Tensor) -> list[Tensor]:
    """Give each row of x [P, K] as a tensor [K]."""
    views = _of(x)
    if None not in views:
        views[None] = list(x.detach().unbind(0))
    found: list[Tensor] = views[None]
    return found


def _of(x: Tensor) -> dict[Any, Any]:
    known = _taken.get(id(x))
    if known is None or known[0]() is not x or known[1] != x.data_ptr():
        known = ref(x, _forgetting(id(x))), x.data_ptr(), {}
        _taken[id(x)] = known
    return known[2]


def _forgetting(key: int) -> Callable[[object], None]:
    def forget(gone: object) -> None:
        if key in _taken and _taken[key][0] is gone:
            del _taken[key]

    return forget
