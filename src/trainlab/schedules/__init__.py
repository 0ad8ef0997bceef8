"""Schedules: the factor of a rate as a pure function of the step.

schedules.cosine(floor=0.1, warmup="5%").draw(Clock(total=1000))    its 1000 factors
schedules.Scheduler(optimizer, schedules.cosine(), total=1000)      for any torch optimizer

Every row of the table is a function of its name: constant, step, linear, cosine, restarts, ...
"""

from __future__ import annotations

from collections.abc import Callable

from trainlab.schedules.functions import function
from trainlab.schedules.pace import Pace
from trainlab.schedules.reduction import Plateau, PlateauState, plateau_start, plateau_step
from trainlab.schedules.scheduler import Scheduler, on_plateau
from trainlab.schedules.span import Clock, Length, Span
from trainlab.schedules.table import SCHEDULES, Schedule, ScheduleRow

__all__ = [
    "SCHEDULES",
    "Clock",
    "Length",
    "Pace",
    "Plateau",
    "PlateauState",
    "Schedule",
    "ScheduleRow",
    "Scheduler",
    "Span",
    "on_plateau",
    "plateau_start",
    "plateau_step",
]


def __getattr__(name: str) -> Callable[..., Schedule]:
    if name in SCHEDULES and name == SCHEDULES.name(name):
        return function(name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, *SCHEDULES]
