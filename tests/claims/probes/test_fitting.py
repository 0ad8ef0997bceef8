from __future__ import annotations

import numpy as np
import pytest

from tests.claims.made import ask_of
from trainlab.claims.claim import Curve
from trainlab.claims.probes import fitting
from trainlab.claims.probes.fitting import CannotFit
from trainlab.claims.probes.planted import planted


def test_shares_are_of_the_healthy_and_of_the_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two healthy one fails; of three broken one passes, and one diverged."""
    last = {"ReLU": 0.01, "CNN": 0.06, "zeros": 2.3, "rate 0": np.nan, "frozen": 0.01}
    curves = {
        name: Curve(np.arange(2.0), np.tile([2.3, end], (3, 1))) for name, end in last.items()
    }
    monkeypatch.setattr(fitting, "each_followed", lambda *_: curves)
    names = list(last)
    probe = CannotFit(
        healthy={name: [] for name in names[:2]},
        broken={name: [] for name in names[2:]},
        fitted=0.05,
    )
    found = probe(ask_of())
    assert found.values["false alarms"].tolist() == [50] * 3
    assert found.values["bugs found"] == pytest.approx(200 / 3)
    assert np.isinf(found.values["rate 0"]).all()
    assert "CNN 100 %" in found.notes[0] and "frozen 0 %" in found.notes[0]


def test_ten_digits_are_learned_by_heart_unless_nothing_moves() -> None:
    few = ("data.split.val=0.1946", "data.split.test=0.8", "train.batch_size=10")
    ask = ask_of(*few, "optimizer={rule: adam, lr: 0.01}", "train.length=60steps")
    probe = CannotFit(
        healthy={"no bug": [planted("none")]}, broken={"rate 0": ["optimizer.lr=0.0"]}, fitted=0.05
    )
    found = probe(ask).values
    assert found["false alarms"].tolist() == [0, 0] and found["bugs found"].tolist() == [100, 100]
