"""All that is asked of each bank, and the chance draws that it is asked with."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from benchmarks.calibrate import curves, errors
from benchmarks.calibrate.bank import Bank
from benchmarks.calibrate.counts import Count, Sizes, lean

__all__ = ["QUESTIONS", "asked"]

QUESTIONS: tuple[Callable[[Bank, Sizes, np.random.Generator], Iterator[Count]], ...] = (
    errors.step_by_step,
    errors.one_differs,
    errors.at_once,
    errors.two_differ,
    errors.equivalent,
    curves.tests,
    curves.covered,
    curves.powers,
    curves.halves,
)
"""The longest first, so that no core waits for another at the end."""


def asked(question: int, bank: Bank, sizes: Sizes, seed: int) -> list[Count]:
    """Count one question on one bank; the draws are a function of all these."""
    rng = np.random.default_rng([seed, question, *f"{bank.study}/{bank.metric}".encode()])
    with lean():
        return list(QUESTIONS[question](bank, sizes, rng))
