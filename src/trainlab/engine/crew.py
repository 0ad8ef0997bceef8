"""Rows computed side by side: one worker a core, each with one thread of torch's.

torch's operations let go of Python's lock while they compute, so threads are enough. What a row
gets does not depend on the number of workers: each row is one worker's alone.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import torch

__all__ = ["Crew"]

T = TypeVar("T")


class Crew:
    """Workers for the rows of a population; one worker is the caller itself."""

    def __init__(self, workers: int) -> None:
        self._pool = None
        if workers > 1:
            self._pool = ThreadPoolExecutor(workers, "rows", torch.set_num_threads, (1,))

    def each(self, function: Callable[[int], T], rows: int) -> list[T]:
        """Give function(0), ..., function(rows - 1)."""
        if self._pool is None or rows == 1:
            return [function(row) for row in range(rows)]
        return list(self._pool.map(function, range(rows)))
