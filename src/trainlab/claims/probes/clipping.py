"""What clipping does to the direction of a gradient."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from trainlab.claims.claim import Ask, Found
from trainlab.claims.probes.populations import begun, gradient
from trainlab.rules.around.gradients import clip_by_norm, clip_by_value

__all__ = ["ClippedDirection"]


@dataclass(frozen=True, kw_only=True)
class ClippedDirection:
    """Measures the cosine of the first gradient with itself clipped: by norm, and by value."""

    norm: float
    value: float

    def __call__(self, ask: Ask) -> Found:
        """Clip the gradient of the first batch."""
        training = begun(ask.changed())
        g = gradient(training, *training.feed.at(0)).double()
        training.feed.close()
        clipped = {"by norm": clip_by_norm(g, self.norm), "by value": clip_by_value(g, self.value)}
        cosines = {how: torch.cosine_similarity(g, cut, dim=1) for how, cut in clipped.items()}
        return Found(values={f"cosine, {how}": row.numpy() for how, row in cosines.items()})
