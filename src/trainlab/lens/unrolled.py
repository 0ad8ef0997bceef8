"""Loops over time as the graph shows them: the same operations again and again, found and folded.

A loop is a stretch of operations that repeats: the same functions, in the same module, giving the
same shapes. What its steps read differs, and is not looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from torch import Tensor

__all__ = ["Stretch", "stretches"]

LEAST = 4
"""Repetitions from which on a stretch counts as a loop."""
LONGEST = 200
"""Operations in one step of a loop, at most."""


class Call(Protocol):
    """What is looked at: who calls which function, and what it gives."""

    @property
    def module(self) -> str:
        """The path of the module."""

    @property
    def name(self) -> str:
        """The function's."""

    @property
    def value(self) -> Tensor:
        """The output."""


C = TypeVar("C", bound=Call)


@dataclass(frozen=True, kw_only=True)
class Stretch(Generic[C]):
    """Neighbouring operations: `times` steps of equally many; one step where nothing repeats."""

    operations: tuple[C, ...]
    times: int = 1

    @property
    def steps(self) -> list[tuple[C, ...]]:
        """Give the operations of each step."""
        period = len(self.operations) // self.times
        every = range(0, len(self.operations), period)
        return [self.operations[at : at + period] for at in every]

    @property
    def shown(self) -> tuple[C, ...]:
        """Give the operations that stand for all: those of the first and the last step."""
        return self.steps[0] + self.steps[-1] * (self.times > 1)


def stretches(operations: Sequence[C]) -> list[Stretch[C]]:
    """Part operations into loops and what lies between them, from first to last."""
    signs = [(each.module, each.name, each.value.shape) for each in operations]
    found: list[Stretch[C]] = []
    plain: list[C] = []
    at = 0
    while at < len(operations):
        period, times = _loop(signs, at)
        if times < LEAST:
            plain.append(operations[at])
            at += 1
            continue
        found += _straight(plain)
        plain = []
        found.append(Stretch(operations=tuple(operations[at : at + period * times]), times=times))
        at += period * times
    return [*found, *_straight(plain)]


def _straight(operations: list[C]) -> list[Stretch[C]]:
    return [Stretch(operations=tuple(operations))] if operations else []


def _loop(signs: Sequence[object], at: int) -> tuple[int, int]:
    """Give the length of a step and how often it repeats, where that covers most from here on."""
    best = (1, 1)
    for period in range(1, min(LONGEST, (len(signs) - at) // LEAST) + 1):
        times = _times(signs, at, period)
        if times >= LEAST and period * times > best[0] * best[1]:
            best = (period, times)
    return best


def _times(signs: Sequence[object], at: int, period: int) -> int:
    """Count how often the signs from here on repeat with this period."""
    end = at + period
    while end < len(signs) and signs[end] == signs[end - period]:
        end += 1
    return (end - at) // period
