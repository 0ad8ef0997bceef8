from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from tests.claims.made import ask_of
from trainlab.claims.probes import forgiving
from trainlab.claims.probes.forgiving import LargestRate, SpreadOverStarts, largest

RATES = (0.1, 0.2, 0.4)
ARMS = {"own": list[str]()}


def test_the_largest_rate_is_the_last_that_trains() -> None:
    found = np.array([[95.0, 50, 50], [95, 50, 90], [50, 50, 89]])
    assert largest(found, RATES, 90).tolist() == [0.1, 0.4, 0.05]


def _scores(*rows: Sequence[float]) -> Any:
    """Give what scores every arm in turn by these rows, the same for both pairs."""
    made = iter(rows)

    def scores_at(_: Any, arms: Mapping[str, Any], places: Mapping[float, Any]) -> Any:
        return {arm: np.array([next(made)] * 2)[:, : len(places)] for arm in arms}, ()

    return scores_at


def test_a_run_that_diverged_is_at_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgiving, "scores_at", _scores([95.0, 91.0, -np.inf]))
    found = LargestRate(arms=ARMS, rates=RATES, trains=90.0)(ask_of())
    assert found.values["own, rate"].tolist() == [0.2, 0.2]
    assert found.curves["own"].y[0].tolist() == [0.95, 0.91, 0.1]


def test_the_spread_is_between_starts_at_the_best_rate_of_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(forgiving, "scores_at", _scores([50, 90], [70, -np.inf], [80, 60]))
    found = SpreadOverStarts(arms=ARMS, scales=(0.1, 1.0, 10.0), rates=RATES[:2])(ask_of())
    assert found.values["own, spread"].tolist() == [20, 20]
