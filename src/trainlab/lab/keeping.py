"""What many trainings come to, kept as it comes: outcomes in a ledger, the rest as it stands."""

from __future__ import annotations

from pathlib import Path

from trainlab.comparison.outcome import Outcome
from trainlab.comparison.running import Bench
from trainlab.store.ledger import Ledger
from trainlab.store.unfinished import Unfinished

__all__ = ["keep"]


def keep(bench: Bench, outcomes: Path, under_way: Path) -> None:
    """Let a bench know what was trained before, and write down what it trains."""
    ledger = Ledger(outcomes)
    bench.known = {key: Outcome.of(value) for key, value in ledger.read().items()}
    bench.keep = lambda key, outcome: ledger.write(key, outcome.to_json())
    bench.states = Unfinished(under_way)
