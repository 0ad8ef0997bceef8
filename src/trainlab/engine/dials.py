"""Hyperparameters as numbers that broadcast: a float where members agree, a column where not.

Shared values stay Python floats because torch's scalar kernels are the faster ones and round
`1 - beta` in double precision; values that differ become `[P, 1]`. Scheduled values are tabulated a
block of steps ahead, so that no Python runs per member and step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from trainlab.schedules import Clock, Schedule

__all__ = ["Column", "Dials", "column_of"]

Column = float | Tensor
"""One float for all members, or [P, 1]."""

BLOCK = 512
"""Steps tabulated at a time: 4 KiB a member in float64."""


def column_of(values: Sequence[float], like: Tensor) -> Column:
    """Give the float all members share, or their values as [P, 1] beside `like`."""
    if len(set(values)) == 1:
        return float(values[0])
    return torch.tensor(values, dtype=like.dtype, device=like.device).unsqueeze(1)


@dataclass
class Dials:
    """What the step reads: constants by name, and the learning rate of each step."""

    constants: dict[str, list[float]]
    """By name, a value a member."""
    rates: list[float]
    """The base learning rate of each member."""
    schedules: list[Schedule]
    """The schedule of each member."""
    clocks: list[Clock]
    """The horizon of each member."""
    like: Tensor
    """Any tensor on the population's device, of its dtype."""
    scales: list[float] = field(default_factory=list)
    """Factor on each member's rate set from outside the schedule (reduce on plateau)."""
    _columns: dict[str, Column] = field(default_factory=dict, repr=False)
    _table: list[Column] = field(default_factory=list, repr=False)
    _start: int = field(default=-BLOCK, repr=False)

    def __post_init__(self) -> None:
        self.scales = self.scales or [1.0] * len(self.rates)

    def at(self, step: int) -> Mapping[str, Column]:
        """Read every hyperparameter for the update that follows `step` updates."""
        if not self._columns:
            self._columns = {
                name: column_of(values, self.like) for name, values in self.constants.items()
            }
        return self._columns | {"lr": self.rate(step), "t": float(step + 1)}

    def rate(self, step: int) -> Column:
        """Read the learning rate of the update that follows `step` updates."""
        if not self._start <= step < self._start + BLOCK:
            self._tabulate(step)
        return self._table[step - self._start]

    def rescale(self, scales: Sequence[float]) -> None:
        """Set each member's factor on its scheduled rate."""
        self.scales = list(scales)
        self._start = -BLOCK

    def keep(self, rows: Sequence[int]) -> None:
        """Keep the members in these rows."""
        self.constants = {k: [v[row] for row in rows] for k, v in self.constants.items()}
        for name in ("rates", "schedules", "clocks", "scales"):
            setattr(self, name, [getattr(self, name)[row] for row in rows])
        self._columns, self._start = {}, -BLOCK

    def _tabulate(self, step: int) -> None:
        steps = torch.arange(step, step + BLOCK)
        members = zip(self.rates, self.schedules, self.clocks, self.scales, strict=True)
        table = torch.stack([rate * scale * f(steps, clock) for rate, f, clock, scale in members])
        self._start = step
        if bool((table == table[:1]).all()):
            self._table = table[0].tolist()
        else:
            columns = table.T.unsqueeze(2).to(self.like)
            self._table = list(columns.unbind(0))
