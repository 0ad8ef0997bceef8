"""Mini-batches of data in memory: what member p sees at step t is a function of its key and t.

Epoch e = t // per_epoch goes through the training split in the order permutation(key, e); the
incomplete last batch is left out, so that all batches of a run have one size.
"""

from __future__ import annotations

import torch
from torch import Tensor

from trainlab import seeds
from trainlab.data.task import Task

__all__ = ["Batches", "Order"]


class Order:
    """Which rows each member sees at step t; the order of the current epoch is remembered."""

    def __init__(self, task: Task, keys: Tensor, batch_size: int, folds: Tensor | None = None):
        self.train = task.train
        self.keys = keys.to(task.train.device)
        self.folds = torch.zeros_like(self.keys) if folds is None else folds.to(self.keys.device)
        n = int(task.train.shape[1])
        self.batch_size = min(batch_size, n)
        self.per_epoch = n // self.batch_size
        self.shared = bool((self.keys == self.keys[0]).all() & (self.folds == self.folds[0]).all())
        self._epoch, self._order = -1, self.train[:0]

    def at(self, t: int) -> Tensor:
        """Give the rows of step t: int64 [P, B], or [1, B] where all members share them."""
        epoch, place = divmod(t, self.per_epoch)
        if epoch != self._epoch:
            self._epoch, self._order = epoch, self._shuffled(epoch)
        return self._order.narrow(1, place * self.batch_size, self.batch_size)

    def _shuffled(self, epoch: int) -> Tensor:
        size = 1 if self.shared else len(self.keys)
        order = seeds.permutation(seeds.fold_in(self.keys[:size], epoch), self.train.shape[1])
        return self.train[self.folds[:size]].gather(1, order)


class Batches:
    """Mini-batches by step: `batches.at(t)` gives x [P, B, ...] and y [P, B, ...]."""

    def __init__(self, task: Task, keys: Tensor, batch_size: int, folds: Tensor | None = None):
        self.task = task
        self.members = len(keys)
        self.order = Order(task, keys, batch_size, folds)
        self.batch_size, self.per_epoch = self.order.batch_size, self.order.per_epoch

    def at(self, t: int) -> tuple[Tensor, Tensor]:
        """Give the batch of step t; members that share rows share memory (an expanded view)."""
        rows = self.order.at(t)
        x, y = self.task.gather(rows, self.order.folds[: len(rows)])
        if len(rows) == self.members:
            return x, y
        return x.expand(self.members, *x.shape[1:]), y.expand(self.members, *y.shape[1:])
