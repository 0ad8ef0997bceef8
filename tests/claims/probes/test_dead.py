from __future__ import annotations

import pytest
import torch
from torch import Tensor

from tests.claims.made import ask_of
from trainlab.claims.probes.dead import DeadUnits, dead
from trainlab.claims.probes.populations import begun, weight

BOTH = "network.widths=[64,64]"


@pytest.mark.parametrize(("activation", "share"), [("relu", 25), ("leaky_relu", 0), ("elu", 25)])
def test_units_that_no_example_reaches_are_dead_where_the_slope_is_gone(
    activation: str, share: float
) -> None:
    training = begun(ask_of(BOTH, f"network.activation={activation}", "network.init=he_normal"))
    weight(training, "linear2.bias")[:, :32] -= 1e3
    flags: list[Tensor] = []
    assert dead(flags, 1e-3)(training).tolist() == [share, share]
    gone = torch.arange(128).ge(64) & torch.arange(128).lt(96) & bool(share)
    assert torch.equal(flags[0], gone.expand(2, -1))


def test_a_rate_that_throws_units_away_kills_them_and_a_small_one_none() -> None:
    probe = DeadUnits(arms={"ReLU": ["network.activation=relu"]}, rates=(0.01, 10.0), slope=1e-3)
    found = probe(ask_of(BOTH, "network.init=he_normal"))
    assert found.curves["ReLU"].x.tolist() == [0.01, 10]
    assert (found.values["ReLU at 0.01"] < 1).all()
    assert (found.values["ReLU at 10"] > 20).all()
    assert ((found.values["ReLU, revived"] >= 0) & (found.values["ReLU, revived"] < 50)).all()
