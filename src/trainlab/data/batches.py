"""Mini-batches of data in memory: what member p sees at step t is a function of its key and t.

Epoch e goes through the training split in the order permutation(key, e); the incomplete last batch
is left out, so that all batches of an epoch have one size, which may be another in another epoch.
Where batches are taken in groups, so is the incomplete last group: an epoch in groups of k batches
of B sees the same examples in the same order as one in batches of k * B.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor

from trainlab import seeds
from trainlab.data.task import Task
from trainlab.schedules import Pace

__all__ = ["Batches", "Cut", "Order"]

FITS = 1 << 20
"""Bytes of an epoch's features, over all members, up to which it is gathered at once: more would
have left a core's cache before its last batch is read."""


@dataclass(frozen=True)
class Cut:
    """How an epoch's examples are cut into batches, and those into the groups of a step."""

    batch_size: int
    group: int
    """Batches of a step."""
    steps: int
    """Steps of an epoch."""

    @classmethod
    def of(cls, n: int, batch_size: int, group: int = 1) -> Self:
        """Cut n examples; a batch has at most all of them, a group at most all batches."""
        size = min(batch_size, n)
        most = min(group, n // size)
        return cls(batch_size=size, group=most, steps=n // size // most)

    @classmethod
    def each(cls, n: int, sizes: Sequence[int], group: int = 1) -> list[Self]:
        """Cut epochs of n examples, one by one of these sizes; all have groups of one size."""
        most = min(cls.of(n, size, group).group for size in sizes)
        return [cls.of(n, size, most) for size in sizes]

    @property
    def batches(self) -> int:
        """Batches of an epoch."""
        return self.steps * self.group

    @property
    def examples(self) -> int:
        """Examples of a step."""
        return self.batch_size * self.group


class Order:
    """Which rows each member sees at step t; the order of the current epoch is remembered.

    `batch_size` is one for all epochs, or one for each, of which the last goes on; `batch_size` and
    `per_epoch` are then those of the first.
    """

    def __init__(
        self,
        task: Task,
        keys: Tensor,
        batch_size: int | Sequence[int],
        folds: Tensor | None = None,
        group: int = 1,
    ):
        self.train = task.train
        self.keys = keys.to(task.train.device)
        self.folds = torch.zeros_like(self.keys) if folds is None else folds.to(self.keys.device)
        sizes = [batch_size] if isinstance(batch_size, int) else batch_size
        self.cuts = Cut.each(int(task.train.shape[1]), sizes, group)
        first = self.cuts[0]
        self.batch_size, self.group, self.per_epoch = first.batch_size, first.group, first.batches
        self.pace = Pace(tuple(cut.batches for cut in self.cuts), first.batches)
        pairs = list(zip(self.keys.tolist(), self.folds.tolist(), strict=True))
        self._first = [pairs.index(pair) for pair in dict.fromkeys(pairs)]
        places = {pair: place for place, pair in enumerate(dict.fromkeys(pairs))}
        self._whose = [places[pair] for pair in pairs]
        self.shared = len(places) == 1
        self._epoch, self._rows = -1, self.train[:0]

    def at(self, t: int) -> Tensor:
        """Give the rows of step t: int64 [P, B], or [1, B] where all members share them."""
        epoch, place = self.pace.at(t)
        return self.of_epoch(epoch)[place]

    def of_epoch(self, epoch: int) -> Tensor:
        """Give the rows of a whole epoch: int64 [its batches, P or 1, B]."""
        if epoch != self._epoch:
            self._epoch, self._rows = epoch, self._shuffled(epoch)
        return self._rows

    def _shuffled(self, epoch: int) -> Tensor:
        keys = seeds.fold_in(self.keys[self._first], epoch)
        order = seeds.permutation(keys, self.train.shape[1])
        rows = self.train[self.folds[self._first]].gather(1, order)
        cut = self.cuts[min(epoch, len(self.cuts) - 1)]
        whole = rows[:, : cut.batches * cut.batch_size]
        steps = whole.reshape(len(keys), cut.batches, -1).transpose(0, 1)
        return steps.contiguous() if self.shared else steps[:, self._whose]


class Batches:
    """Mini-batches by step: `batches.at(t)` gives x [P, B, ...] and y [P, B, ...].

    A small epoch is gathered at once when it begins, and its batches are views of that. Members
    that share rows share memory; do not write into a batch.
    """

    def __init__(
        self,
        task: Task,
        keys: Tensor,
        batch_size: int | Sequence[int],
        folds: Tensor | None = None,
        group: int = 1,
    ):
        self.task = task
        self.members = len(keys)
        self.order = Order(task, keys, batch_size, folds, group)
        self.batch_size, self.per_epoch = self.order.batch_size, self.order.per_epoch
        one = task.x[0, 0].nbytes * int(task.train.shape[1])
        self.gathers_epochs = one * (1 if self.order.shared else self.members) <= FITS
        self._epoch: int = -1
        self._held: list[tuple[Tensor, Tensor]] = []

    def at(self, t: int) -> tuple[Tensor, Tensor]:
        """Give the batch of step t."""
        epoch, place = self.order.pace.at(t)
        if not self.gathers_epochs:
            rows = self.order.at(t)
            x, y = self.task.gather(rows, self.order.folds[: len(rows)])
            return self._for_all(x), self._for_all(y)
        if epoch != self._epoch:
            self._held, self._epoch = self._whole_epoch(epoch), epoch
        return self._held[place]

    def _whole_epoch(self, epoch: int) -> list[tuple[Tensor, Tensor]]:
        rows = self.order.of_epoch(epoch)
        folds = self.order.folds[: rows.shape[1]].repeat(len(rows))
        x, y = self.task.gather(rows.flatten(0, 1), folds)
        steps = (piece.reshape(*rows.shape, *piece.shape[2:]) for piece in (x, y))
        return [(self._for_all(a), self._for_all(b)) for a, b in zip(*steps, strict=True)]

    def _for_all(self, values: Tensor) -> Tensor:
        """Give values [P or 1, ...] to all members."""
        return (
            values
            if len(values) == self.members
            else values.expand(self.members, *values.shape[1:])
        )
