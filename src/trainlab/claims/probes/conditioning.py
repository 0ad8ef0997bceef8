"""How well conditioned the activations are that a layer learns from."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from trainlab.claims.claim import Arms, Ask, Found
from trainlab.claims.probes.entering import entering
from trainlab.claims.probes.populations import each_followed
from trainlab.engine.training import Training

__all__ = ["Conditioning"]


@dataclass(frozen=True, kw_only=True)
class Conditioning:
    """Measures the condition number of the covariance of what enters a layer, over examples.

    Before the first step, `arm, start`, and after the last, `arm, end`.
    """

    arms: Arms
    layer: str
    examples: int

    def __call__(self, ask: Ask) -> Found:
        """Train every arm, and look at it all along."""
        often = ask.changed("train.evaluate_every=20steps")
        curves = each_followed(often, self.arms, lambda: self.stretch)
        start = {f"{arm}, start": curve.y[:, 0] for arm, curve in curves.items()}
        end = {f"{arm}, end": curve.y[:, -1] for arm, curve in curves.items()}
        return Found(values=start | end, curves=curves)

    def stretch(self, training: Training) -> Tensor:
        """Give the condition number of every row, [P]."""
        x, _ = training.task.part("train")
        (seen,) = entering(training, x[0, : self.examples], self.layer, train=True).values()
        centred = (seen - seen.mean(dim=1, keepdim=True)).double()
        scales = torch.linalg.svdvals(centred).square()
        found: Tensor = scales[:, 0] / scales[:, -1].clamp(min=1e-12 * float(scales.max()))
        return found
