"""Schedules: the factor of a rate as a pure function of the step."""

from __future__ import annotations

from trainlab.schedules.plateau import Plateau, PlateauState, plateau_start, plateau_step
from trainlab.schedules.span import Clock, Length, Span
from trainlab.schedules.table import SCHEDULES, Schedule, ScheduleRow

__all__ = [
    "SCHEDULES",
    "Clock",
    "Length",
    "Plateau",
    "PlateauState",
    "Schedule",
    "ScheduleRow",
    "Span",
    "plateau_start",
    "plateau_step",
]
