"""Schedules: the factor of a rate as a pure function of the step.

schedules.cosine(floor=0.1, warmup="5%").draw(Clock(total=1000))    its 1000 factors
schedules.Scheduler(optimizer, schedules.cosine(), total=1000)      for any torch optimizer
"""

from __future__ import annotations

from trainlab.schedules.functions import (
    constant,
    cosine,
    cyclical,
    exponential,
    inverse_sqrt,
    inverse_time,
    join,
    linear,
    multi_step,
    natural_exponential,
    one_cycle,
    plateau,
    polynomial,
    restarts,
    step,
)
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
    "constant",
    "cosine",
    "cyclical",
    "exponential",
    "inverse_sqrt",
    "inverse_time",
    "join",
    "linear",
    "multi_step",
    "natural_exponential",
    "on_plateau",
    "one_cycle",
    "plateau",
    "plateau_start",
    "plateau_step",
    "polynomial",
    "restarts",
    "step",
]
