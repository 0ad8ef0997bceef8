"""What each member sees at each step: its batch, augmented and with its own noise.

Everything is a function of the member's keys and the step, so that any step can be had again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from trainlab import seeds
from trainlab.data import Batches, Task
from trainlab.engine.dials import column_of

__all__ = ["Augment", "Feed"]

Augment = Callable[[Tensor, Tensor], Tensor]
"""(x [P, B, ...], key [P]) -> x [P, B, ...]."""


@dataclass
class Feed:
    """Batches of a task for the members with these seeds."""

    task: Task
    seeds: list[int]
    folds: Tensor
    """Each member's fold, int64 [P]."""
    batch_size: int
    augments: Sequence[Augment] = ()
    noise: Sequence[float] = ()
    """Standard deviation of Gaussian noise on the features, one a member; empty for none."""

    def __post_init__(self) -> None:
        device = self.task.x.device
        order = seeds.keys(self.seeds, "order", device)
        self.batches = Batches(self.task, order, self.batch_size, self.folds)
        self.augment_keys = seeds.keys(self.seeds, "augment", device)
        self.noise_keys = seeds.keys(self.seeds, "noise", device)

    @property
    def per_epoch(self) -> int:
        """Steps in one epoch."""
        return self.batches.per_epoch

    def at(self, step: int) -> tuple[Tensor, Tensor]:
        """Give the batch of a step: x [P, B, ...], y [P, B, ...]."""
        x, y = self.batches.at(step)
        if self.augments or any(self.noise):
            key = seeds.fold_in(self.augment_keys, step)
            for place, augment in enumerate(self.augments):
                x = augment(x, seeds.fold_in(key, place))
            x = self._noisy(x, seeds.fold_in(key, len(self.augments)))
        return x, y

    def layer_keys(self, step: int) -> Tensor:
        """Give what random layers draw from in a step, int64 [P]."""
        return seeds.fold_in(self.noise_keys, step)

    def keep(self, rows: Tensor) -> None:
        """Keep the members in these rows."""
        places = rows.tolist()
        self.seeds = [self.seeds[row] for row in places]
        self.noise = [self.noise[row] for row in places] if self.noise else ()
        self.folds = self.folds[rows]
        self.__post_init__()

    def _noisy(self, x: Tensor, key: Tensor) -> Tensor:
        if not any(self.noise):
            return x
        spread = column_of(self.noise, x)
        if isinstance(spread, Tensor):
            spread = spread.reshape(-1, *(1 for _ in x.shape[1:]))
        return torch.add(x, spread * seeds.normal(key, x.shape[1:], x.dtype))
