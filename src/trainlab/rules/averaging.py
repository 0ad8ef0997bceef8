"""Averages of the weights over the training: kept beside theta, evaluated in its place.

After update t = 1, 2, ... the average moves by a share of the way to theta:

    average <- average + share(t) (theta - average)

which is all that tells one average from another. Share 1 is theta itself. A row's function makes
`share(step, clock)` from its options; step = t - 1 is a tensor of any shape, as for schedules.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import torch
from annotated_types import Ge, Lt
from torch import Tensor

from trainlab.schedules import Clock, Length, Span
from trainlab.tables import Card, Table

__all__ = ["AVERAGES", "AverageRow", "Share", "ema", "polyak", "swa"]

Share = Callable[[Tensor, Clock], Tensor]


@dataclass(frozen=True)
class AverageRow:
    """A row of AVERAGES."""

    make: Callable[..., Share]
    card: Card


def ema(*, decay: Annotated[float, Ge(0), Lt(1)] = 0.999) -> Share:
    """Forget at a constant rate; the first step is taken whole."""

    def share(step: Tensor, clock: Clock) -> Tensor:
        return torch.where(step > 0, 1 - torch.tensor(decay, dtype=torch.float64), 1.0)

    return share


def swa(*, start: Length = "75%", every: Length = "1ep") -> Share:
    """Average with equal weights what was reached at `start` and every so often from there on."""
    first, gap = Span.parse(start), Span.parse(every)

    def share(step: Tensor, clock: Clock) -> Tensor:
        since = step + 1 - max(1, first.steps(clock))
        period = max(1, gap.steps(clock))
        taken = since // period + 1
        equal = torch.where(since % period == 0, 1 / taken.double().clamp(min=1), 0.0)
        return torch.where(since <= 0, 1.0, equal)

    return share


def polyak(*, start: Length = "50%") -> Share:
    """Average every step from `start` on, with equal weights."""
    return swa(start=start, every="1step")


AVERAGES: Table[AverageRow] = Table(
    "average",
    {
        "ema": AverageRow(
            ema,
            Card(
                does="averages the weights with an exponential memory",
                formula="average <- decay average + (1 - decay) theta, from theta of step 1",
                helps="noisy trainings: smoother and mostly better weights at no search cost",
                hurts="trainings shorter than a few times 1 / (1 - decay) steps, which it lags",
                values="0.99 for hundreds of steps, 0.999 for thousands, 0.9999 for more",
                paper="Polyak & Juditsky 1992; Tarvainen & Valpola 2017",
                dialect="no correction of the start; running statistics are measured afresh",
                torch="swa_utils.AveragedModel with get_ema_multi_avg_fn",
            ),
        ),
        "polyak": AverageRow(
            polyak,
            Card(
                does="averages the weights of all steps of the end equally",
                formula="average of theta_t, t from start on",
                helps="SGD at a constant rate near a minimum: optimal for convex problems",
                hurts="a start that is too early: far weights count as much as near ones",
                values="start 50% .. 90%",
                paper="Ruppert 1988; Polyak & Juditsky 1992",
                torch="swa_utils.AveragedModel, updated at every step",
            ),
        ),
        "swa": AverageRow(
            swa,
            Card(
                does="averages the weights at the ends of late epochs equally",
                formula="average of theta at start, start + every, ...",
                helps="flatter minima and better test scores for one training's cost",
                hurts="with a rate that decays to nothing: the averaged weights are all alike",
                values="start 75%, every 1ep, with a constant or cyclical rate",
                paper="Izmailov et al. 2018 (SWA), algorithm 1",
                dialect="running statistics are measured afresh over the training split",
                torch="swa_utils.AveragedModel and update_bn",
            ),
        ),
    },
)
