"""Whether networks can fit a few examples, healthy ones and those with a bug."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from trainlab.claims.claim import Arms, Ask, Curve, Found
from trainlab.claims.probes.populations import each_followed, scored
from trainlab.comparison.statistics.interval import Array

__all__ = ["CannotFit"]


@dataclass(frozen=True, kw_only=True)
class CannotFit:
    """Measures the share that cannot fit, in %: `false alarms` of the healthy, `bugs found`.

    The last training loss of each network stands under its own name.
    """

    healthy: Arms
    broken: Arms
    fitted: float
    """Mean training loss, in nats, below which the examples are learned by heart."""

    def __call__(self, ask: Ask) -> Found:
        """Train every network on the few examples."""
        networks = {**self.healthy, **self.broken}
        seen = each_followed(ask, networks, lambda: scored("train"))
        losses = {name: _last(curve) for name, curve in seen.items()}
        failed = {name: np.where(loss < self.fitted, 0.0, 100.0) for name, loss in losses.items()}
        shares = {
            "false alarms": _share(failed, self.healthy),
            "bugs found": _share(failed, self.broken),
        }
        told = ", ".join(f"{name} {row.mean():.0f} %" for name, row in failed.items())
        return Found(values={**losses, **shares}, notes=(f"could not overfit: {told}",))


def _last(curve: Curve) -> Array:
    """Give the last loss, [P]; infinite where a run diverged."""
    return np.where(np.isfinite(curve.y[:, -1]), curve.y[:, -1], np.inf)


def _share(failed: Mapping[str, Array], names: Iterable[str]) -> Array:
    return np.asarray(np.mean([failed[name] for name in names], axis=0))
