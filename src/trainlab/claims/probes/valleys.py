"""Ways down valleys: straight and narrow ones, and a bent one."""

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
from trainlab.surfaces import rosenbrock, valley

__all__ = ["BentValley", "NarrowValley"]


@dataclass(frozen=True, kw_only=True)
class NarrowValley:
    """Measures, `arm`, the way across straight valleys, and, `arm, updates`, the time along them.

    The way across is in terms of the first distance from the floor: 1 is no oscillation. Both are
    geometric means over `bounce`.
    """

    arms: Mapping[str, tuple[str, float]]
    """By name, a rule and its rate in terms of plain SGD's."""
    bounce: Sequence[float]
    """SGD's rate times the steepness of the walls: above 1 SGD jumps across at each step, above 2
    it diverges."""
    left: float = 0.1
    """Of the distance along the valley, what is left when a path has arrived."""
    steps: int = 1200

    def __call__(self, ask: Ask) -> Found:
        """Walk down valleys of condition number 32 to 320, a row for each start and rate."""
        drawn = starts(keys(ask, "start"), (0.5, 0.5, 1.5), (2.0, 2.0, 2.5))
        drawn = drawn.repeat_interleave(len(self.bounce), dim=0)
        start, steep = drawn[:, :2], 10 ** drawn[:, 2]
        bounce = torch.tensor(self.bounce, dtype=torch.float64)
        rate, steps = bounce.repeat(ask.pairs) / steep, steps_of(ask, self.steps)
        values, curves = dict[str, Array](), dict[str, Curve]()
        for one, (arm, (rule, times)) in ask.over(self.arms.items()):
            lr = (rate * times).unsqueeze(1)
            path = Walk(rule, valley(steep), steps).path(one, start, lr, keys(ask, "noise"))
            near = path[..., 0].abs() < (math.inf if ask.quick else self.left) * start[:, 0]
            arrived = (near.int().argmax(dim=0) + 1).double().reshape(ask.pairs, -1).numpy()
            across = (_across(path) / start[:, 1]).reshape(ask.pairs, -1).numpy()
            values |= {arm: _mean(across), f"{arm}, updates": _mean(arrived)}
            curves[arm] = Curve(bounce.numpy(), across)
        return Found(values=values, curves=curves)


@dataclass(frozen=True, kw_only=True)
class BentValley:
    """Counts, `arm, updates`, those down Rosenbrock's valley, each arm at its own best rate.

    Twice the whole walk's where it does not arrive.
    """

    arms: Mapping[str, str]
    """By name, a rule."""
    rates: Sequence[float]
    level: float = 1e-2
    """The loss below which a path has arrived, once it stays there."""
    steps: int = 2000

    def __call__(self, ask: Ask) -> Found:
        """Walk each arm from starts to both sides of the valley."""
        values = dict[str, Array]()
        for one, (arm, rule) in ask.over(self.arms.items()):
            walk = Walk(rule, rosenbrock, steps_of(ask, self.steps))
            rate = walk.best_rate(one, _around, self.rates, self.level)
            path = walk.path(one, _around(keys(ask, "start")), rate, keys(ask, "noise"))
            taken = until(walk.losses(path), self.level)
            values[f"{arm}, updates"] = taken.clamp(max=2.0 * walk.steps).numpy()
        return Found(values=values)


def _across(path: Tensor) -> Tensor:
    """Give the length of paths [steps + 1, P, 2] across the valley, [P]."""
    return path[..., 1].diff(dim=0).abs().sum(dim=0)


def _mean(rows: Array) -> Array:
    """Give the geometric mean of each row, [P, K] -> [P]."""
    return np.asarray(np.exp(np.log(rows).mean(axis=1)))


def _around(key: Tensor) -> Tensor:
    return starts(key, (-2, -1), (2, 3))
