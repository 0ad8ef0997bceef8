"""When things are due, in steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from trainlab.schedules import Clock, Span

__all__ = ["Cadence", "cadence_of"]

READINGS = 200
"""Readings of the training loss in one run, at most one a step."""


@dataclass(frozen=True)
class Cadence:
    """How often each thing happens; all happen at a member's last step too."""

    totals: tuple[int, ...]
    """The length of each member, in the first order."""
    every: dict[str, int]
    """Steps between two of a kind: "reading", "evaluation", "snapshot"."""

    @property
    def steps(self) -> int:
        """Steps of the longest member."""
        return max(self.totals)

    def due(self, what: str, step: int) -> bool:
        """Whether one is due after this many steps."""
        return step % self.every[what] == 0 or step in self._ends

    @cached_property
    def _ends(self) -> frozenset[int]:
        return frozenset(self.totals)


def cadence_of(lengths: Sequence[Span], evaluate: Span, snapshot: Span, per_epoch: int) -> Cadence:
    """Turn a recipe's spans into steps."""
    totals = tuple(max(1, each.steps(Clock(total=0, per_epoch=per_epoch))) for each in lengths)
    clock = Clock(total=max(totals), per_epoch=per_epoch)
    every = {
        "reading": -(-clock.total // READINGS),
        "evaluation": max(1, evaluate.steps(clock)),
        "snapshot": max(1, snapshot.steps(clock)),
    }
    return Cadence(totals=totals, every=every)
