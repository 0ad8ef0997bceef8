"""Ways out of a saddle, from beside the ridge that the way down begins at."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from trainlab.claims.claim import Ask, Curve, Found
from trainlab.claims.probes.paths import Walk, keys, starts, steps_of, until
from trainlab.comparison.statistics.interval import Array
from trainlab.surfaces.functions import DEPTH, saddle

__all__ = ["SaddleEscape", "beside"]

DRAWN = 60
"""Places of a curve, at most."""


@dataclass(frozen=True, kw_only=True)
class SaddleEscape:
    """Counts the updates of each `arm` until it is down from a saddle, at its own best rate.

    The figure has the distance from the ridge; a note tells how many leave from the ridge itself.
    """

    arms: Mapping[str, tuple[str, float]]
    """By name, a rule and the noise that is added to each partial derivative."""
    rates: Sequence[float]
    down: float = 0.5
    """How far down a path has to be, and stay, as a share of the way to the minimum."""
    steps: int = 2000

    def __call__(self, ask: Ask) -> Found:
        """Walk each arm from beside the ridge, and from the ridge itself."""
        steps = steps_of(ask, self.steps)
        level = math.inf if ask.quick else -DEPTH * self.down
        start, key = beside(keys(ask, "start")), keys(ask, "noise")
        start = torch.cat([start, start * torch.tensor([1.0, 0.0])])
        values, curves, notes = dict[str, Array](), dict[str, Curve](), list[str]()
        for one, (arm, (rule, noise)) in ask.over(self.arms.items()):
            walk = Walk(rule, saddle, steps, noise)
            rate = walk.best_rate(one, beside, self.rates, level)
            path = walk.path(one, start, rate, key.repeat(2))
            beside_it, on_it = until(walk.losses(path), level).reshape(2, ask.pairs)
            values[arm], curves[arm] = beside_it.numpy(), _away(path[:, : ask.pairs])
            left = f"{int(on_it.isfinite().sum())} of {ask.pairs}"
            notes.append(f"{arm}: best rate {rate:.3g}; {left} leave the ridge itself")
        return Found(values=values, curves=curves, notes=tuple(notes))


def beside(key: Tensor) -> Tensor:
    """Start within 1 of the saddle along x, and 1e-10 to 1e-4 beside the ridge: [P] -> [P, 2]."""
    x, decades = starts(key, (-1.0, -10.0), (1.0, -4.0)).unbind(dim=1)
    return torch.stack([x, 10**decades], dim=1)


def _away(path: Tensor) -> Curve:
    """Give the distance from the ridge along paths [steps + 1, P, 2], at places evenly by ratio."""
    places = np.unique(np.geomspace(1, len(path) - 1, DRAWN).astype(int))
    return Curve(places.astype(float), path[places, :, 1].abs().T.numpy())
