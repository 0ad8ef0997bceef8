"""An estimate and the interval that holds the truth at a stated level, for many rows at once."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Array", "Flags", "Interval", "Side", "two_sided"]

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Side = Literal["greater", "less", "two-sided"]
"""What is claimed of the mean: above 0, below 0, or one of the two."""


class Interval(NamedTuple):
    """Arrays of one shape; a limit is infinite where the data set none."""

    estimate: Array
    low: Array
    high: Array

    def hull(self, other: Interval) -> Interval:
        """Give the hull of two intervals, about this one's estimate."""
        low, high = np.minimum(self.low, other.low), np.maximum(self.high, other.high)
        return Interval(self.estimate, low, high)


def two_sided(greater: Array, less: Array) -> Array:
    """Give the two-sided p of two one-sided ones: twice the smaller, at most 1."""
    return np.minimum(1.0, 2.0 * np.minimum(greater, less))
