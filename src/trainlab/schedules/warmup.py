"""The table of warm-ups: how the rate rises before a schedule begins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from trainlab.tables import Card, Table

__all__ = ["WARMUPS", "WarmupRow"]


@dataclass(frozen=True)
class WarmupRow:
    """A row of the table."""

    ramp: Callable[[Tensor, float], Tensor]
    """The factor at a share [...] of the warm-up, from the given first factor up to 1."""
    card: Card


WARMUPS: Table[WarmupRow] = Table(
    "warmup",
    {
        "linear": WarmupRow(
            lambda x, start: start + (1 - start) * x,
            Card(
                does="raises the rate along a line, from a share of it to the whole",
                formula="lr (from + (1 - from) step / warmup)",
                helps="large rates and batches, and Adam, whose first averages are of few steps",
                hurts="short trainings at a small rate: these steps are given away",
                values="warmup 1% .. 10% of the run, or 5 epochs; warmup_from 0.1",
                paper="Goyal et al. 2017, section 2.2: gradual warm-up",
                dialect="the schedule has the rest of the run to itself",
                torch="lr_scheduler.LinearLR in a SequentialLR",
            ),
        ),
        "exponential": WarmupRow(
            lambda x, start: start ** (1 - x),
            Card(
                does="raises the rate by the same factor at every step",
                formula="lr from^(1 - step / warmup)",
                helps="a start far below the rate: it stays small for longer",
                hurts="short trainings at a small rate: these steps are given away",
                values="warmup 5% of the run; warmup_from 0.001 .. 0.1",
                paper="none: in use, without a paper that proposed it",
                dialect="the schedule has the rest of the run to itself",
            ),
        ),
        "constant": WarmupRow(
            lambda x, start: torch.full_like(x, start),
            Card(
                does="holds the rate at a share of it, then jumps to the whole",
                formula="lr from, while step < warmup",
                helps="where a few steps at a small rate are enough",
                hurts="large batches: the loss jumps with the rate; a gradual one does not",
                values="warmup 1 .. 5 epochs; warmup_from 0.1",
                paper="He et al. 2016, section 4.2; Goyal et al. 2017, section 2.2",
                dialect="the schedule has the rest of the run to itself",
                torch="lr_scheduler.ConstantLR in a SequentialLR",
            ),
        ),
    },
)
