from __future__ import annotations

import numpy as np
import pytest

from tests.claims.made import ask_of
from trainlab.claims.probes import lost_runs
from trainlab.claims.probes.lost_runs import LostRuns

GUESSING = np.log(10)


def test_what_diverged_counts_as_guessing_and_as_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    losses = np.asarray([[0.1, 0.1, 0.1, 0.1, 2.0, np.inf]])
    monkeypatch.setattr(lost_runs, "scores_at", lambda *_: ({"arm": losses}, ("said",)))
    rates = (0.025, 0.05, 0.1, 0.2, 0.4, 0.8)
    found = LostRuns(arms={"arm": []}, rates=rates, guessing=GUESSING)(ask_of())
    assert found.values["arm, lost"].tolist() == [pytest.approx(100 / 3)]
    assert found.values["arm"] == pytest.approx((4 * 0.1 + 2.0 + GUESSING) / 6)
    assert found.curves["arm"].x.tolist() == list(rates)
    assert found.curves["arm"].y[0, -1] == GUESSING


def test_a_rate_that_is_far_too_large_loses_every_run() -> None:
    found = LostRuns(arms={"plain": []}, rates=(1e-3, 1e30), guessing=GUESSING)(ask_of())
    assert found.curves["plain"].y[:, 1].tolist() == [GUESSING] * 2
    assert (found.values["plain, lost"] >= 50).all()
