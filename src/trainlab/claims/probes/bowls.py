"""The bowl of softmax regression: how stretched it is, and how long the way down takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from trainlab.claims.claim import Arms, Ask, Curve, Found
from trainlab.claims.probes.populations import begun, each_followed, reached, scored
from trainlab.comparison.statistics.interval import Array

__all__ = ["Descent", "Stretch", "moments"]


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Measures, `arm, stretch`, the largest over the smallest curvature.

    Each pair has a split of its own.
    """

    arms: Arms

    def __call__(self, ask: Ask) -> Found:
        """Look at every arm's inputs."""
        return Found(
            values={
                f"{arm}, stretch": np.array(
                    [_stretch(ask.changed(*said), pair) for pair in range(ask.pairs)]
                )
                for arm, said in self.arms.items()
            }
        )


@dataclass(frozen=True, kw_only=True)
class Descent:
    """Counts, for each `arm`, the updates until a training loss, at the best of some rates."""

    arms: Arms
    target: float
    rates: Sequence[float]
    """In terms of the rate that is surely safe: two over the largest curvature there can be."""

    def __call__(self, ask: Ask) -> Found:
        """Descend with every arm; who misses the target is given the whole run."""
        values, curves = {}, {}
        for one, (arm, said) in ask.over(self.arms.items()):
            values[arm], curves[arm] = self._best(one.changed(*said))
        return Found(values=values, curves=curves)

    def _best(self, ask: Ask) -> tuple[Array, Curve]:
        """Give the updates, [P], and the losses at the rate that needs fewest."""
        safe = 2 / (0.5 * moments(ask)[-1])  # softmax: no curvature is above half of the inputs'
        rates = {f"{rate}": [f"optimizer.lr={safe * rate:.6g}"] for rate in self.rates}
        runs = list(each_followed(ask, rates, lambda: scored("train")).values())
        steps = [run.x[reached(run.y, self.target)[0]] for run in runs]
        best = int(np.argmin([each.mean() for each in steps]))
        return steps[best], runs[best]


def moments(ask: Ask) -> Array:
    """Give the eigenvalues of E[x x'], x with a 1 for the bias, rising.

    Times 1/C - 1/C^2 they are the curvatures of softmax regression where all C classes are even.
    """
    x = begun(ask).task.part("train")[0][0].double()
    x = torch.cat([x, torch.ones(len(x), 1, dtype=torch.float64)], dim=1)
    return np.asarray(torch.linalg.svdvals(x).square().flip(0) / len(x))


def _stretch(ask: Ask, pair: int) -> float:
    """Give that of one split: the bowl depends on nothing else."""
    found = moments(ask.changed(f"data.split.seed={pair}", "seeds=1"))
    return float(found[-1] / found[0])
