"""Hidden units that begin equal, and whether they ever part."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from trainlab.claims.claim import Arms, Ask, Found
from trainlab.claims.probes.populations import each_followed, weight
from trainlab.engine.training import Training

__all__ = ["DifferentUnits"]


@dataclass(frozen=True, kw_only=True)
class DifferentUnits:
    """Counts, for each `arm`, the units of a layer that differ from each other in the end."""

    arms: Arms
    layer: str = "linear1"
    alike: float = 1e-9
    """Two units whose incoming weights are no further apart than this are one."""

    def __call__(self, ask: Ask) -> Found:
        """Train every arm, and count all along."""
        curves = each_followed(ask, self.arms, lambda: self.different)
        return Found(values={arm: curve.y[:, -1] for arm, curve in curves.items()}, curves=curves)

    def different(self, training: Training) -> Tensor:
        """Count the units that no earlier one is like, [P]."""
        incoming = weight(training, f"{self.layer}.weight")
        apart = torch.cdist(incoming, incoming, compute_mode="donot_use_mm_for_euclid_dist")
        earlier = torch.ones_like(apart[0], dtype=torch.bool).tril(-1)
        return ((apart > self.alike) | ~earlier).all(dim=2).sum(dim=1)
