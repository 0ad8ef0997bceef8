"""How long steps are, in terms of the rate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from torch import Tensor

from trainlab.claims.claim import Arms, Ask, Curve, Found
from trainlab.claims.probes.populations import Look, each_followed
from trainlab.comparison.statistics.interval import Array
from trainlab.engine.training import Training

__all__ = ["FirstSteps", "step_over_rate"]


@dataclass(frozen=True, kw_only=True)
class FirstSteps:
    """Measures a weight's step over the rate: `arm, first`, and `arm`, a mean over the first few.

    The step is a root mean square over the weights that moved, and the mean a geometric one. The
    recipe looks at every step.
    """

    arms: Arms
    few: int = 10

    def __call__(self, ask: Ask) -> Found:
        """Follow the steps of each arm."""
        values, curves = dict[str, Array](), dict[str, Curve]()
        rate = ask.recipe.optimizer.hypers["lr"]
        for arm, seen in each_followed(ask, self.arms, lambda: step_over_rate(rate)).items():
            steps = Curve(seen.x[1:], seen.y[:, 1:])  # before the first step nothing has moved
            values[f"{arm}, first"], curves[arm] = steps.y[:, 0], steps
            values[arm] = np.exp(np.log(steps.y[:, : self.few]).mean(axis=1))
        return Found(values=values, curves=curves)


def step_over_rate(rate: float) -> Look:
    """Give what reads the root mean square of what moved since its last look, over a rate: [P]."""
    before: list[Tensor] = []

    def look(training: Training) -> Tensor:
        theta = training.population.theta.double()
        step = theta - (before.pop() if before else theta)
        before.append(theta.clone())
        moved = (step != 0).sum(dim=1).clamp(min=1)
        return (step.square().sum(dim=1) / moved).sqrt() / rate

    return look
