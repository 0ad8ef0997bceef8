"""Hidden units that no example reaches any more, and whether they come back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from trainlab.claims.claim import Arms, Ask, Curve, Found
from trainlab.claims.probes.entering import entering
from trainlab.claims.probes.grids import at_places
from trainlab.claims.probes.populations import Look, follow
from trainlab.comparison.statistics.interval import Array
from trainlab.engine.training import Training

__all__ = ["DeadUnits", "dead"]


@dataclass(frozen=True, kw_only=True)
class DeadUnits:
    """Measures, `arm at rate`, how many hidden units are dead in the end, in percent.

    And `arm, revived`: of those that are dead half way, at any rate, how many are alive in the end.
    """

    arms: Arms
    rates: Sequence[float]
    slope: float
    """A unit whose slope is at most this on every training example is dead; an ELU can be so."""

    def __call__(self, ask: Ask) -> Found:
        """Train every arm at every rate, and draw the dead over the rates."""
        values: dict[str, Array] = {}
        curves: dict[str, Curve] = {}
        for one, (arm, said) in ask.over(self.arms.items()):
            runs = [
                self._run(each.changed(*said, f"optimizer.lr={rate}"))
                for each, rate in one.over(self.rates)
            ]
            shares = np.stack([share for share, _ in runs], axis=1)
            gone, revived = np.sum([counts for _, counts in runs], axis=0)
            curves[arm] = Curve(np.asarray(self.rates), shares)
            values |= at_places(arm, self.rates, shares)
            values[f"{arm}, revived"] = 100 * revived / np.maximum(gone, 1)
        return Found(values=values, curves=curves)

    def _run(self, ask: Ask) -> tuple[Array, Array]:
        """Give the dead at the end in percent, [P], and [2, P]: dead half way, alive after."""
        flags = list[Tensor]()
        follow(ask, {"dead": dead(flags, self.slope)})
        middle, end = flags[len(flags) // 2], flags[-1]
        counts = torch.stack([middle.sum(1), (middle & ~end).sum(1)])
        return 100 * end.double().mean(1).numpy(), counts.double().numpy()


def dead(flags: list[Tensor], slope: float) -> Look:
    """Give what reads the share of dead hidden units in percent [P], and keeps which they are."""

    def look(training: Training) -> Tensor:
        x, _ = training.task.part("train")
        layers = entering(training, x[0], "activation")
        slopes = [_slope(training, name, z) for name, z in layers.items()]
        now = torch.cat([(each <= slope).all(dim=1) for each in slopes], dim=1)
        seen = flags[-1].clone() if flags else now.clone()
        seen[list(training.population.members)] = now  # who diverged stays as last seen
        flags.append(seen)
        return 100 * now.double().mean(dim=1)

    return look


def _slope(training: Training, layer: str, z: Tensor) -> Tensor:
    """Give an activation's slope at what enters it, [P, B, units]."""
    z = z.detach().requires_grad_()
    out = training.population.module.get_submodule(layer)(z.clone())
    return torch.autograd.grad(out.sum(), z)[0].abs()
