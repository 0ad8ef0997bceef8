"""How epochs are cut into steps, where their number changes from epoch to epoch.

A larger batch makes an epoch shorter in steps. Schedules and lengths count the data instead: an
epoch of the usual batch size has `usual` steps, and `position` tells where among these a step is.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import torch
from torch import Tensor

__all__ = ["Pace"]


@dataclass(frozen=True)
class Pace:
    """The steps of each epoch."""

    per_epoch: tuple[int, ...]
    """Steps of the first epoch, the second, ...; the last of them goes on."""
    usual: int
    """Steps of an epoch in which lengths are counted."""

    @classmethod
    def even(cls, per_epoch: int) -> Pace:
        """Give the pace at which all epochs are alike."""
        return cls((per_epoch,), per_epoch)

    @property
    def is_even(self) -> bool:
        """Whether a position is the step itself."""
        return set(self.per_epoch) == {self.usual}

    def at(self, step: int) -> tuple[int, int]:
        """Give the epoch of a step, and its place within."""
        epoch = bisect_right(self._begins, step) - 1
        more, place = divmod(step - self._begins[epoch], self.per_epoch[epoch])
        return epoch + more, place

    def of(self, epoch: int) -> int:
        """Give the steps of an epoch."""
        return self.per_epoch[min(epoch, len(self.per_epoch) - 1)]

    def crossed(self, step: int, every: int) -> int:
        """Count the multiples of `every` usual steps that lie behind a step, or where it is."""
        epoch, place = self.at(step)
        length = self.of(epoch)
        return (epoch * length + place) * self.usual // (length * every)

    def reached(self, position: int) -> int:
        """Give the first step that is as far as so many usual steps."""
        epoch, place = divmod(position, self.usual)
        last = min(epoch, len(self.per_epoch) - 1)
        begin = self._begins[last] + (epoch - last) * self.per_epoch[last]
        return begin - (-place * self.of(epoch) // self.usual)

    def positions(self, steps: Tensor) -> Tensor:
        """Give where steps are, counted in usual steps: int64 [...] -> float64 [...]."""
        if self.is_even:
            return steps.double()
        begins = torch.tensor(self._begins, device=steps.device)
        lengths = torch.tensor(self.per_epoch, device=steps.device)
        epoch = torch.bucketize(steps, begins, right=True) - 1
        return (epoch + (steps - begins[epoch]).double() / lengths[epoch]) * self.usual

    @cached_property
    def _begins(self) -> tuple[int, ...]:
        """The first step of each epoch."""
        return (0, *accumulate(self.per_epoch[:-1]))
