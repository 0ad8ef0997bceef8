"""What claims on test surfaces share: where paths begin, and each rule at its own best rate."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from trainlab import seeds
from trainlab.claims.claim import Ask
from trainlab.comparison.tuning import TUNING_SEED
from trainlab.rules import RULES
from trainlab.surfaces import Surface
from trainlab.surfaces.walk import places

__all__ = ["Walk", "keys", "starts", "steps_of", "until"]

QUICK_STEPS = 20
TOLD = 100
"""Steps after which a walk tells how far it is, and may be stopped."""


def steps_of(ask: Ask, steps: int) -> int:
    """Give the steps of a path; few of them where it is only to be seen that it runs."""
    return QUICK_STEPS if ask.quick else steps


def keys(ask: Ask, stream: str, *, tuning: bool = False) -> Tensor:
    """Give the key of each pair, [P]; tuning has seeds of its own."""
    first = ask.recipe.seed + (TUNING_SEED if tuning else 0)
    return seeds.keys(range(first, first + ask.pairs), stream)


def starts(key: Tensor, low: Sequence[float], high: Sequence[float]) -> Tensor:
    """Draw points evenly from a box: key [P] -> [P, len(low)], float64."""
    ends = [torch.tensor(end, dtype=torch.float64) for end in (low, high)]
    return ends[0] + (ends[1] - ends[0]) * seeds.uniform(key, (len(low),), torch.float64)


def until(loss: Tensor, level: float) -> Tensor:
    """Count the steps until a loss [T + 1, P] is below a level and stays there; inf if never."""
    above = (~(loss < level)).double()
    places = torch.arange(1, len(loss) + 1, dtype=torch.float64).unsqueeze(1)
    last = (above * places).amax(dim=0)
    return torch.where(last < len(loss), last, math.inf)


@dataclass(frozen=True)
class Walk:
    """A rule on a surface, for a number of steps."""

    rule: str
    surface: Surface
    steps: int
    noise: float = 0.0
    """Standard deviation of what is added to each partial derivative."""

    def path(self, ask: Ask, start: Tensor, lr: float | Tensor, key: Tensor) -> Tensor:
        """Give the path from start [P, 2], [steps + 1, P, 2]. Raises Interrupted."""
        noise = (self.noise, key) if self.noise else None
        way = places(RULES[self.rule], self.surface, start, {"lr": lr}, noise)
        path = list[Tensor]()
        for step, place in zip(range(self.steps + 1), way, strict=False):
            path.append(place)
            if step % TOLD == 0:
                ask.tell("walking", step, self.steps)
        return torch.stack(path)

    def losses(self, path: Tensor) -> Tensor:
        """Give the loss along a path, [steps + 1, P]."""
        return self.surface(path.flatten(0, 1)).reshape(path.shape[:2])

    def best_rate(
        self, ask: Ask, start: Callable[[Tensor], Tensor], rates: Sequence[float], level: float
    ) -> float:
        """Choose the rate with the fewest steps until the loss stays below a level.

        From starts that nobody is judged by, drawn by key with `start`: a geometric mean over them.
        A walk that never gets there counts twice its length.
        """
        begin, key = start(keys(ask, "start", tuning=True)), keys(ask, "noise", tuning=True)
        lr = torch.tensor(rates, dtype=torch.float64).repeat_interleave(len(begin))[:, None]
        path = self.path(ask, begin.repeat(len(rates), 1), lr, key.repeat(len(rates)))
        steps = until(self.losses(path), level).clamp(max=2.0 * self.steps)
        merit = steps.log().reshape(len(rates), -1).mean(dim=1)
        return rates[int(merit.argmin())]
