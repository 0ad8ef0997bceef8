"""Rungs: of the trials of an arm, the worse half goes at each."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

__all__ = ["RUNGS", "losers", "standing"]

RUNGS = (1 / 8, 1 / 4, 1 / 2)
"""Shares of the run after which half of an arm's trials go: 8, 4, 2, 1."""


def standing(trials: int, rung: int) -> int:
    """Give how many of an arm's trials go on after the rung, counted from 0."""
    return max(1, math.ceil(trials * 0.5 ** (rung + 1)))


def losers(arms: Sequence[str], scores: Mapping[int, float], rung: int) -> list[int]:
    """Give the trials to drop at a rung: by place, those of each arm that rank too low.

    `arms` names the arm of each trial, all that began; `scores` has those that still run, higher is
    better. A tie goes to the earlier trial.
    """
    dropped: list[int] = []
    for arm in dict.fromkeys(arms):
        places = [place for place, name in enumerate(arms) if name == arm]
        running = [place for place in places if place in scores]
        ranked = sorted(running, key=lambda place: _finite(scores[place]), reverse=True)
        dropped += ranked[standing(len(places), rung) :]
    return dropped


def _finite(score: float) -> float:
    return -math.inf if math.isnan(score) else score
