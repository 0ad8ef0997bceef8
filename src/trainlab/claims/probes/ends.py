"""Where trainings end: how far apart, in weights or in losses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from trainlab.claims.claim import Arms, Ask, Found
from trainlab.claims.probes.populations import follow, scored, trained
from trainlab.comparison.statistics.interval import Array

__all__ = ["LossesApart", "WeightsApart", "apart"]


@dataclass(frozen=True, kw_only=True)
class WeightsApart:
    """Measures, for each `arm`, the distance of the weights that two ways lead to.

    As a share of the length of those that the second leads to.
    """

    arms: Arms
    ways: tuple[str, str]
    """What each way changes."""

    def __call__(self, ask: Ask) -> Found:
        """Train each arm in both ways, from one start and on the same batches."""
        return Found(
            values={arm: self._apart(one, said) for one, (arm, said) in ask.over(self.arms.items())}
        )

    def _apart(self, ask: Ask, said: Sequence[str]) -> Array:
        ends = [trained(one.changed(*said, way)) for one, way in ask.over(self.ways)]
        first, second = (training.population.theta for training in ends)
        norm = torch.linalg.vector_norm
        return np.asarray((norm(first - second, dim=1) / norm(second, dim=1)).numpy())


@dataclass(frozen=True, kw_only=True)
class LossesApart:
    """Measures how unequal the last losses of an arm's seeds are: `arm, train apart`, and on test.

    The losses themselves are `arm, train` and `arm, test`.
    """

    arms: Arms

    def __call__(self, ask: Ask) -> Found:
        """Train each arm from all its starts."""
        values = dict[str, Array]()
        for one, (arm, said) in ask.over(self.arms.items()):
            looks = {"train": scored("train"), "test": scored("test")}
            for part, curve in follow(one.changed(*said), looks).items():
                values[f"{arm}, {part}"] = curve.y[:, -1]
                values[f"{arm}, {part} apart"] = apart(curve.y[:, 0], curve.y[:, -1])
        return Found(values=values)


def apart(start: Array, end: Array) -> Array:
    """Give how far each end is from the median of the others, in % of the way it came."""
    others = [np.median(np.delete(end, row)) for row in range(len(end))]
    return np.asarray(100 * np.abs(end - others) / np.abs(start - end))
