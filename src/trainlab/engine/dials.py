"""Hyperparameters as numbers that broadcast: a float where members agree, a column where not.

Shared values stay Python floats because torch's scalar kernels are the faster ones and round
`1 - beta` in double precision; values that differ become `[P, 1]`. Numbers that move are tabulated
a block of steps ahead, so that no Python runs per member and step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from trainlab.schedules import Clock, Pace, Schedule

__all__ = ["Column", "Dial", "Dials", "column_of"]

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
class Dial:
    """A number that moves: each member's own value, times its schedule of the step."""

    values: list[float]
    """Each member's value where the schedule is 1."""
    schedules: list[Schedule]
    clocks: list[Clock]
    """The horizon of each member."""
    like: Tensor
    """Any tensor on the population's device, of its dtype."""
    scales: list[float] = field(default_factory=list)
    """Factor on each member's number from outside the schedule (reduce on plateau)."""
    always_column: bool = False
    """Whether it is [P, 1] even where members agree: for who would record each float anew."""
    pace: Pace | None = None
    """Where each step is among those that the clocks count; None: they count all alike."""
    _table: list[Column] = field(default_factory=list, repr=False)
    _start: int = field(default=-BLOCK, repr=False)

    def __post_init__(self) -> None:
        self.scales = self.scales or [1.0] * len(self.values)

    def at(self, step: int) -> Column:
        """Read the number for the update that follows `step` updates."""
        if not self._start <= step < self._start + BLOCK:
            self._tabulate(step)
        return self._table[step - self._start]

    def rescale(self, scales: Sequence[float]) -> None:
        """Set each member's factor from outside the schedule."""
        self.scales, self._start = list(scales), -BLOCK

    def of(self, rows: Sequence[int]) -> Dial:
        """Give the dial of the members in these rows."""
        return replace(
            self,
            values=[self.values[row] for row in rows],
            schedules=[self.schedules[row] for row in rows],
            clocks=[self.clocks[row] for row in rows],
            scales=[self.scales[row] for row in rows],
            _start=-BLOCK,
        )

    def _tabulate(self, step: int) -> None:
        steps = torch.arange(step, step + BLOCK)
        places = steps if self.pace is None else self.pace.positions(steps)
        factors: dict[tuple[int, Clock], Tensor] = {}
        for schedule, clock in zip(self.schedules, self.clocks, strict=True):
            if (id(schedule), clock) not in factors:
                factors[id(schedule), clock] = schedule(places, clock)
        keys = zip(self.values, self.scales, self.schedules, self.clocks, strict=True)
        table = torch.stack([v * s * factors[id(f), clock] for v, s, f, clock in keys])
        self._start = step
        if bool((table == table[:1]).all()) and not self.always_column:
            self._table = table[0].tolist()
        else:
            columns = table.T.unsqueeze(2).to(self.like)
            self._table = list(columns.unbind(0))


@dataclass
class Dials:
    """What the update reads: constants and numbers that move, by name; `lr` is among these."""

    constants: dict[str, list[float]]
    """By name, a value a member."""
    moving: dict[str, Dial]
    _columns: dict[str, Column] = field(default_factory=dict, repr=False)

    @property
    def lr(self) -> Dial:
        """The learning rate."""
        return self.moving["lr"]

    @property
    def names(self) -> set[str]:
        """Every number that there is."""
        return {*self.constants, *self.moving}

    def at(self, step: int) -> Mapping[str, Column]:
        """Read every number for the update that follows `step` updates."""
        if not self._columns:
            self._columns = {k: column_of(v, self.lr.like) for k, v in self.constants.items()}
        moving = {name: dial.at(step) for name, dial in self.moving.items()}
        return self._columns | moving | {"t": float(step + 1)}

    def keep(self, rows: Sequence[int]) -> None:
        """Keep the members in these rows."""
        self.constants = {k: [v[row] for row in rows] for k, v in self.constants.items()}
        self.moving = {name: dial.of(rows) for name, dial in self.moving.items()}
        self._columns = {}
