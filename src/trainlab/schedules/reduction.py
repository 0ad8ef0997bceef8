"""Reduce on plateau: the one schedule with a memory, kept by the caller and advanced purely.

score, and every part of the state: float64 [P]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from trainlab.schedules.span import Clock

__all__ = ["Plateau", "PlateauState", "plateau_start", "plateau_step"]


@dataclass(frozen=True, kw_only=True)
class Plateau:
    """The options of the row "plateau", and its shape: 1 at every step."""

    gamma: float
    """What the rate is multiplied with."""
    patience: int
    """Evaluations without improvement that are borne."""
    threshold: float
    """The relative improvement that counts."""
    cooldown: int
    """Evaluations after a reduction that do not count."""
    floor: float
    """The smallest factor."""

    def __call__(self, step: Tensor, clock: Clock) -> Tensor:
        """Give 1; the state's factor is multiplied by the caller."""
        return torch.ones_like(step)


class PlateauState(NamedTuple):
    """What each member has seen."""

    best: Tensor
    bad: Tensor
    wait: Tensor
    factor: Tensor


def plateau_start(members: int, device: torch.device | str = "cpu") -> PlateauState:
    """Give the state before the first evaluation."""
    zero = torch.zeros(members, dtype=torch.float64, device=device)
    return PlateauState(best=zero + torch.inf, bad=zero, wait=zero, factor=zero + 1)


def plateau_step(state: PlateauState, score: Tensor, options: Plateau) -> PlateauState:
    """Advance the state by one evaluation; the score is better when smaller.

    torch's ReduceLROnPlateau, mode "min"; with a negated score its mode "max".
    """
    margin = options.threshold * state.best.abs().nan_to_num(posinf=0.0)
    better = score < state.best - margin
    waiting = state.wait > 0
    bad = torch.where(better | waiting, 0.0, state.bad + 1)
    reduce = bad > options.patience
    lower = (state.factor * options.gamma).clamp(min=options.floor)
    return PlateauState(
        best=torch.where(better, score.double(), state.best),
        bad=torch.where(reduce, 0.0, bad),
        wait=torch.where(reduce, float(options.cooldown), (state.wait - 1).clamp(min=0)),
        factor=torch.where(reduce, torch.minimum(lower, state.factor), state.factor),
    )
