"""Cutting a population's weights into blocks, so that the passes of a step stay in a cache."""

from __future__ import annotations

from collections.abc import Iterator

from torch import Tensor

__all__ = ["blocks"]


def blocks(theta: Tensor, most: int, *, within_rows: bool) -> Iterator[tuple[slice, slice]]:
    """Cut theta [P, N] into blocks of at most so many weights: whole rows, or parts of one row.

    A row that is longer is cut only `within_rows`, else it is a block.
    """
    members, n = theta.shape
    width, rows = min(n, most) if within_rows else n, max(1, most // n)
    for row in range(0, members, rows):
        for place in range(0, n, width):
            yield slice(row, row + rows), slice(place, place + width)
