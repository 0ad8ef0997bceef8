"""What is counted of one procedure on one bank, and what it was meant to be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any
from unittest.mock import patch

import numpy as np

from benchmarks.calibrate.bank import Bank
from benchmarks.calibrate.rates import Rate
from trainlab.comparison.measure import Measure
from trainlab.comparison.statistics.effect import Effect
from trainlab.comparison.statistics.verdict import Outlook, Scale

__all__ = ["Count", "Sizes", "lean", "scale_of"]

ROOM = "trainlab.comparison.statistics"


@dataclass(frozen=True)
class Sizes:
    """How much is drawn."""

    seeds: int = 640
    """Of each bank."""
    comparisons: int = 1000
    """Of each setting that goes through the whole judgement."""
    rows: int = 10_000
    """Of each setting that needs the test alone."""
    most: int = 64
    """Pairs of a sequential comparison."""


@dataclass(frozen=True, kw_only=True)
class Count:
    """One number of the page."""

    question: str
    study: str
    metric: str
    way: str
    """How it was drawn or tested: apart, 4 arms."""
    pairs: int
    """Of each comparison; of a sequential one, the most."""
    rate: Rate
    nominal: float | None
    """What the rate should be, or should not exceed; None where it is only told."""
    taken: float | None = None
    """Pairs that a sequential comparison took, on average."""

    def to_json(self) -> dict[str, Any]:
        """Give it as plain values."""
        low, high = self.rate.interval
        rate = {"hits": self.rate.hits, "of": self.rate.of, "low": low, "high": high}
        return asdict(self) | {"rate": {k: round(v, 5) for k, v in rate.items()}}


def scale_of(bank: Bank) -> Scale:
    """Give the scale that `trainlab compare` shows a bank's metric in."""
    seen = np.unique(bank.copies[np.isfinite(bank.copies)])
    step = float(np.diff(seen).min()) if bank.metric == "accuracy" and len(seen) > 1 else 0.0
    return Measure(bank.metric, step=step).scale


@contextmanager
def lean() -> Iterator[None]:
    """Leave out of a judgement what is told beside the verdicts and decides none of them.

    Effect sizes, the outlook and the chances of being best are nine tenths of its time.
    """
    with (
        patch(f"{ROOM}.court.effect", lambda first, second, level: Effect()),
        patch(f"{ROOM}.court.outlook", lambda *given: Outlook()),
        patch(f"{ROOM}.judgement.chance_of_best", lambda arms, overlap: np.zeros(len(arms))),
    ):
        yield
