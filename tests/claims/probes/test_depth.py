from __future__ import annotations

import math

import pytest

from tests.claims.made import ask_of
from trainlab.claims.probes.depth import ThroughDepth
from trainlab.claims.probes.populations import signal_of

OWN = {"own": list[str]()}


def test_depth_is_counted_in_hidden_layers() -> None:
    ask = ask_of()
    ahead = ThroughDepth(arms=OWN)(ask).curves["own"]
    assert ahead.x.tolist() == [1, 2]
    assert ahead.y.shape == (2, 2)
    layer = next(e for e in signal_of(ask)[1].layers if e.name == "activation2")
    rms = math.hypot(layer.activation.mean, layer.activation.std)
    assert ahead.y[1, 1] == pytest.approx(rms)


def test_a_factor_of_a_layer_makes_up_the_whole_way() -> None:
    ask = ask_of("network.widths=[8,8,8]")
    ahead, back = ThroughDepth(arms=OWN)(ask), ThroughDepth(arms=OWN, back=True)(ask)
    for found, (first, last) in ((ahead, (0, 2)), (back, (2, 0))):
        y, values = found.curves["own"].y, found.values
        assert values["own, last / first"] == pytest.approx(y[:, last] / y[:, first])
        assert values["own, a layer"] ** 2 == pytest.approx(values["own, last / first"])
        assert values["own, drift"] == pytest.approx(abs(values["own, last / first"] - 1))
    assert not (ahead.curves["own"].y == back.curves["own"].y).any()
