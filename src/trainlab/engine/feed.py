"""What each member sees at each step: its batch, augmented and with its own noise.

Everything is a function of the member's keys and the step, so that any step can be had again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from trainlab import data, seeds
from trainlab.data import Augmentation, Step, Stream, Task
from trainlab.data.augment import Mixing
from trainlab.data.batches import Cut
from trainlab.data.task import LayoutName
from trainlab.engine.dials import Column, Dial
from trainlab.recipe import Recipe, column
from trainlab.recipe.members import leaves
from trainlab.schedules import Pace

__all__ = ["AHEAD", "Feed", "augmentation_of"]

MIXED = -1
"""The place of mixing among a step's augmentations, which count from 0."""


AHEAD = 64
"""Places whose layers' keys are found together: a call of torch costs more than so many keys."""


@dataclass
class Feed:
    """Batches of a task for the members with these seeds."""

    task: Task
    seeds: list[int]
    folds: Tensor
    """Each member's fold, int64 [P]."""
    batch_size: int
    """The usual one, by which lengths are counted."""
    augmentation: Augmentation
    noise: Dial | None = None
    """Standard deviation of Gaussian noise on the features, if there is any."""
    mix: Mixing | None = None
    """What mixes examples and labels in pairs, if anything does."""
    accumulate: int = 1
    """Batches of one step; more than an epoch has are all of them."""
    sizes: tuple[int, ...] = ()
    """The batch size of each epoch, of which the last goes on; empty: the usual one."""

    def __post_init__(self) -> None:
        device = self.task.x.device
        order = seeds.keys(self.seeds, "order", device)
        sizes = self.sizes or self.batch_size
        self.batches = data.feed(self.task, order, sizes, self.folds, self.accumulate)
        self.usual = Cut.of(int(self.task.train.shape[1]), self.batch_size, self.group)
        self.pace = Pace(tuple(cut.steps for cut in self.batches.order.cuts), self.usual.steps)
        self.augment_keys = seeds.keys(self.seeds, "augment", device)
        self.noise_keys = seeds.keys(self.seeds, "noise", device)
        self.known = (-1, 0)

    @property
    def per_epoch(self) -> int:
        """Steps in one epoch of the usual batch size."""
        return self.usual.steps

    @property
    def group(self) -> int:
        """Batches of one step that there are."""
        return self.batches.order.group

    @property
    def examples(self) -> int:
        """Examples of one step of each member, of the usual batch size."""
        return self.usual.examples

    def parts(self, step: int) -> range:
        """Give the places of a step's batches in the order of all; step t has batch t, or more."""
        return range(step * self.group, (step + 1) * self.group)

    def size(self, step: int) -> int:
        """Give the batch size of a step."""
        epoch, _ = self.pace.at(step)
        cuts = self.batches.order.cuts
        return cuts[min(epoch, len(cuts) - 1)].batch_size

    def at(self, place: int) -> tuple[Tensor, Tensor]:
        """Give the batch of a place: x [P, B, ...], y [P, B, ...]; mixed classes are [P, B, C]."""
        return self.changed(*self.batches.at(place), place)

    def changed(self, x: Tensor, y: Tensor, place: int) -> tuple[Tensor, Tensor]:
        """Augment and mix the batch of a place, and add its noise."""
        if self.augmentation.steps:
            keys = seeds.each(seeds.fold_in(self.augment_keys, place), x.shape[1])
            x = self.augmentation(x, keys)
        if self.mix is not None:
            x, y = self.mix(x, y, seeds.fold_in(seeds.fold_in(self.augment_keys, place), MIXED))
        if self.noise is not None:
            spread = self.noise.at(place // self.group)
            x = _noisy(x, spread, seeds.fold_in(self.augment_keys, ~place))
        return x, y

    def layer_keys(self, place: int, count: int) -> Tensor:
        """Give what so many layers draw from over the batch of a place, int64 [P, count]."""
        start = place - place % AHEAD
        if (start, count) != self.known:
            places = torch.arange(start, start + AHEAD, device=self.noise_keys.device)
            of_places = seeds.fold_in(self.noise_keys, places.unsqueeze(-1))
            self.known, self.ahead = (start, count), seeds.each(of_places, count)
        return self.ahead[place - start]

    def step_keys(self, step: int) -> Tensor:
        """Give what noise on weights and gradients draws from in a step, int64 [P, 1]."""
        return seeds.fold_in(self.noise_keys, ~step).unsqueeze(1)

    def close(self) -> None:
        """End the worker processes of data that does not fit in memory."""
        if isinstance(self.batches, Stream):
            self.batches.close()

    def keep(self, rows: Tensor) -> None:
        """Keep the members in these rows."""
        self.close()
        for name, value in self._of(rows.tolist()).items():
            setattr(self, name, value)
        self.__post_init__()

    def alone(self, row: int) -> Feed:
        """Give the feed of one member by itself."""
        return replace(self, **self._of([row]))

    def _of(self, rows: list[int]) -> dict[str, Any]:
        return {
            "seeds": [self.seeds[row] for row in rows],
            "noise": self.noise.of(rows) if self.noise is not None else None,
            "augmentation": self.augmentation.keep(rows),
            "mix": self.mix.keep(rows) if self.mix is not None else None,
            "folds": self.folds[rows],
        }


def _noisy(x: Tensor, spread: Column, key: Tensor) -> Tensor:
    if isinstance(spread, Tensor):
        spread = spread.reshape(-1, *(1 for _ in x.shape[1:]))
    return torch.add(x, spread * seeds.normal(key, x.shape[1:], x.dtype))


def augmentation_of(members: Sequence[Recipe], layout: LayoutName) -> Augmentation:
    """Give the augmentation of the members of one program, each with its own numbers."""
    steps = []
    for place, choice in enumerate(members[0].data.augment):
        own = {
            leaf.key: tuple(column(members, f"data.augment.{place}.{leaf.key}"))
            for leaf in leaves(choice)
            if leaf.per_member
        }
        steps.append(Step(choice.name, choice.arguments() | own))
    return Augmentation(steps, layout)
