"""The learning-rate range test: from where to where a rate is worth using, and which is best."""

from __future__ import annotations

from trainlab.check.learning_rate.confirmation import Confirmation, Rival
from trainlab.check.learning_rate.curve import Curve, Range
from trainlab.check.learning_rate.range_test import Grid, RangeTest, range_test
from trainlab.check.learning_rate.refusal import Refusal, rounded

__all__ = [
    "Confirmation",
    "Curve",
    "Grid",
    "Range",
    "RangeTest",
    "Refusal",
    "Rival",
    "range_test",
    "rounded",
]
