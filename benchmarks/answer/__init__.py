"""Which of eight update rules is best on digits-mlp? The time to an answer, four ways.

Equal tuning budget: eight rates of each rule on one seed, chosen by validation; then eight fresh
seeds of each rule at its own best rate, judged on the test split by the same paired statistics.
"""

from __future__ import annotations

from benchmarks.answer.timing import run

__all__ = ["run"]
