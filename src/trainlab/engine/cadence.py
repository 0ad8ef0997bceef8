"""When things are due: lengths of a recipe count the data, in steps of the usual batch size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from trainlab.schedules import Clock, Pace, Span

__all__ = ["Cadence", "cadence_of"]

READINGS = 200
"""Readings of the training loss in one run, at most one a step."""


@dataclass(frozen=True)
class Cadence:
    """How often each thing happens; all happen at a member's last step too."""

    totals: tuple[int, ...]
    """The length of each member, in the first order."""
    every: dict[str, int]
    """Usual steps between two of a kind: "evaluation", "snapshot"."""
    pace: Pace

    @property
    def steps(self) -> int:
        """Steps of the longest member."""
        return max(self.totals)

    def due(self, what: str, step: int) -> bool:
        """Whether a "reading", an "evaluation" or a "snapshot" is due after this many steps."""
        if step in self._ends:
            return True
        if what == "reading":
            return step % -(-self.steps // READINGS) == 0
        every = self.every[what]
        return self.pace.crossed(step, every) > self.pace.crossed(step - 1, every)

    @cached_property
    def _ends(self) -> frozenset[int]:
        return frozenset(self.totals)


def cadence_of(lengths: Sequence[Span], evaluate: Span, snapshot: Span, pace: Pace) -> Cadence:
    """Turn a recipe's spans into steps."""
    totals = [max(1, each.steps(Clock(total=0, per_epoch=pace.usual))) for each in lengths]
    clock = Clock(total=max(totals), per_epoch=pace.usual)
    every = {
        "evaluation": max(1, evaluate.steps(clock)),
        "snapshot": max(1, snapshot.steps(clock)),
    }
    return Cadence(totals=tuple(map(pace.reached, totals)), every=every, pace=pace)
