"""Mini-batches of data that does not fit in memory: the same rows, read by worker processes.

The rows of step t are those of `batches.Batches`; workers read and preprocess them ahead of time.
A stream that starts at step t gives what a stream from 0 gives there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from itertools import count
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from trainlab.data.batches import Batches, Order
from trainlab.data.task import Rows, Task
from trainlab.errors import DataError, InputError

__all__ = ["Stream", "feed"]


class Stream:
    """Mini-batches by step, read ahead: `stream.at(t)` is fast where t follows the last one.

    `task.stream` must be set; labels and indices are in memory. Close it to end its workers.
    """

    def __init__(
        self,
        task: Task,
        keys: Tensor,
        batch_size: int | Sequence[int],
        folds: Tensor | None = None,
        group: int = 1,
        *,
        workers: int = 2,
    ):
        if task.stream is None:
            raise DataError(f"{task.name} is in memory and needs no stream", where="data")
        self.task, self.rows, self.workers = task, task.stream, workers
        self.members = len(keys)
        self.order = Order(task, keys, batch_size, folds, group)
        self.batch_size, self.per_epoch = self.order.batch_size, self.order.per_epoch
        self._next, self._reading = -1, iter(())  # type: tuple[int, Iterator[_Read]]

    def at(self, t: int) -> tuple[Tensor, Tensor]:
        """Give the batch of step t: x [P, B, ...], y [P, B, ...].

        Raises what a worker met, such as a damaged picture, with its file.
        """
        if t != self._next:
            self._reading = iter(self._loader(t))
        self._next = t + 1
        read = next(self._reading)
        if isinstance(read, InputError):
            raise read
        rows = self.order.at(t)
        y = self.task.gather_labels(rows, self.order.folds[: len(rows)])
        x = read.reshape(*rows.shape, *read.shape[1:]).to(y.device, non_blocking=True)
        return x.expand(self.members, *x.shape[1:]), y.expand(self.members, *y.shape[1:])

    def close(self) -> None:
        """End the workers."""
        self._next, self._reading = -1, iter(())

    def _loader(self, start: int) -> DataLoader[_Read]:
        return DataLoader(
            _Reader(self.rows),
            batch_sampler=_FromStep(copy(self.order), start),
            num_workers=self.workers,
            collate_fn=_as_is,
            pin_memory=self.task.y.is_cuda,
        )


def feed(
    task: Task,
    keys: Tensor,
    batch_size: int | Sequence[int],
    folds: Tensor | None = None,
    group: int = 1,
) -> Batches | Stream:
    """Give the mini-batches of a task, from memory or by a stream as its data asks."""
    kind = Batches if task.stream is None else Stream
    return kind(task, keys, batch_size, folds, group)


_Read = Tensor | InputError


@dataclass(frozen=True)
class _Reader(Dataset[_Read]):
    """What runs in a worker. Errors travel as values, since torch would bury their text."""

    rows: Rows

    def __getitems__(self, batch: list[int]) -> _Read:
        try:
            return self.rows.take(torch.tensor(batch))
        except InputError as error:
            return DataError(error.what, where=error.where, next_step=error.next_step)


@dataclass(frozen=True)
class _FromStep:
    """Lists the rows of each step from `start` on, without end."""

    order: Order
    start: int

    def __iter__(self) -> Iterator[list[int]]:
        for t in count(self.start):
            yield self.order.at(t).reshape(-1).tolist()


def _as_is(read: Any) -> Any:
    return read
