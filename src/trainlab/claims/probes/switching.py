"""Rules that become another rule on the way."""

from __future__ import annotations

from dataclasses import dataclass, replace

from trainlab.claims.claim import Ask, Found
from trainlab.claims.compared import Compare
from trainlab.claims.probes.populations import trained

__all__ = ["Switched"]


@dataclass(frozen=True, kw_only=True)
class Switched:
    """Compares, and gives the share of an arm's runs that had switched in the end, in percent."""

    compare: Compare
    arm: str
    """Whose rule keeps, in its slot `switched`, whether it has."""
    says: str
    """The name of the share."""

    def __call__(self, ask: Ask) -> Found:
        """Compare, and train the arm once more as it was tuned."""
        found, tuned = self.compare.measured(ask)
        switched = trained(tuned[self.arm]).population.slots["switched"][:, 0] > 0
        return replace(found, values={**found.values, self.says: 100 * switched.double().numpy()})
