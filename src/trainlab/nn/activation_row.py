"""What is known of an activation function beside its law."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite

from torch import nn

from trainlab.tables import Card

__all__ = ["ActivationRow"]


@dataclass(frozen=True, kw_only=True)
class ActivationRow:
    """One activation function and its facts, for the row's default options."""

    make: Callable[..., nn.Module]
    range: tuple[float, float]
    """Smallest and largest output."""
    zero_centred: bool
    """Whether the mean output is 0 for z ~ N(0, 1)."""
    live: tuple[float, float]
    """Outside of this interval the slope is below 1 % of its maximum: the unit is saturated."""
    gain: float
    can_die: bool
    """Whether a unit can get exactly no gradient from every example, for good."""
    card: Card

    @property
    def facts(self) -> Mapping[str, str]:
        """Say the facts in words, for a reader of the card."""
        low, high = self.range
        return {
            "range": f"{low:.3g} to {high:.3g}",
            "centred": "yes" if self.zero_centred else "no: its mean over z ~ N(0, 1) is not 0",
            "saturated": self._saturated(),
            "dead units": "can be, for good" if self.can_die else "none",
            "gain": f"{self.gain:.4g}, on the deviation of the weights before it",
        }

    def _saturated(self) -> str:
        words = zip(("below", "above"), self.live, strict=True)
        ends = [f"{word} {end:.3g}" for word, end in words if isfinite(end)]
        where = " and ".join(ends) or "nowhere"
        return f"{where}; there the slope is under 1 % of its largest" if ends else where
