"""The signs of a unit's gradients: where all its inputs are positive, they share one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from trainlab.claims.claim import Arms, Ask, Curve, Found
from trainlab.claims.probes.grids import at_places
from trainlab.claims.probes.populations import Look, follow, gradient
from trainlab.comparison.statistics.interval import Array
from trainlab.engine.training import Training

__all__ = ["OneSigned", "one_signed"]

BATCHES = 16


@dataclass(frozen=True, kw_only=True)
class OneSigned:
    """Measures, `arm at size`, how many of a unit's gradients have the sign of most, in percent."""

    arms: Arms
    layer: str
    sizes: Sequence[int]
    """Examples in a batch."""

    def __call__(self, ask: Ask) -> Found:
        """Look at every batch size on the way, and draw the shares over them."""
        values: dict[str, Array] = {}
        curves: dict[str, Curve] = {}
        looks = {str(size): one_signed(f"{self.layer}.weight", size) for size in self.sizes}
        for one, (arm, said) in ask.over(self.arms.items()):
            seen = follow(one.changed(*said, "train.evaluate_every=20%"), looks)
            shares = np.stack([curve.y.mean(axis=1) for curve in seen.values()], axis=1)
            curves[arm] = Curve(np.asarray(self.sizes, float), shares)
            values |= at_places(arm, self.sizes, shares)
        return Found(values=values, curves=curves)


def one_signed(name: str, size: int) -> Look:
    """Give what reads, in percent, how many gradients of a unit share the sign of most: [P]."""

    def look(training: Training) -> Tensor:
        x, y = training.task.part("train")
        shares = []
        for first in range(0, size * BATCHES, size):
            batch = slice(first, first + size)
            g = gradient(training, x[:, batch], y[:, batch])
            incoming = training.population.layout.unpack(g)[name]
            up, down = ((sign * incoming > 0).sum(dim=2).double() for sign in (1, -1))
            shares.append((torch.maximum(up, down) / (up + down).clamp(min=1)).mean(dim=1))
        return 100 * torch.stack(shares).mean(dim=0)

    return look
