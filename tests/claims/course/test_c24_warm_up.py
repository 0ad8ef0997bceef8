from __future__ import annotations

import numpy as np
import pytest
import torch

from trainlab.claims.claim import Ask, Found
from trainlab.claims.course import c24_warm_up as c24
from trainlab.engine.experiment import Experiment


def test_the_three_differ_in_the_first_tenth_alone() -> None:
    ask = c24.CLAIM.ask()
    steps = torch.arange(200)
    factors = {}
    for name, said in c24.SCHEDULES.items():
        training = Experiment(ask.changed(said).recipe.replace("seeds", 1)).training()
        lr = [float(training.dials.lr.at(int(t))) for t in steps]
        factors[name] = np.asarray(lr) / ask.recipe.optimizer.hypers["lr"]
    assert factors["none"][0] == pytest.approx(1)
    np.testing.assert_allclose(factors["constant"][:20], 0.1, rtol=1e-6)
    assert np.ptp(np.diff(factors["gradual"][:20])) == pytest.approx(0, abs=1e-6)
    np.testing.assert_allclose(factors["constant"][20:], factors["gradual"][20:])


def test_what_diverged_counts_as_guessing_and_as_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    losses = [0.1, 0.1, 0.1, 0.1, 2.0, np.inf]
    made = {
        f"{name} {rate}": np.asarray([loss])
        for name in c24.SCHEDULES
        for rate, loss in zip(c24.RATES, losses, strict=True)
    }
    monkeypatch.setattr(c24, "Compare", lambda **_: lambda ask: Found(values=made))
    ask: Ask = c24.CLAIM.ask()
    values = c24.measured(ask).values
    assert values["none, lost"].tolist() == [pytest.approx(100 / 3)]
    assert values["gradual"][0] == pytest.approx((4 * 0.1 + 2.0 + np.log(10)) / 6)
