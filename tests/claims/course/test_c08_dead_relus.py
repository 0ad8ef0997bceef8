from __future__ import annotations

import pytest
import torch
from torch import Tensor

from trainlab.claims.course.c08_dead_relus import CLAIM, dead
from trainlab.claims.probes.populations import begun


@pytest.mark.parametrize(("activation", "share"), [("relu", 25), ("leaky_relu", 0), ("elu", 25)])
def test_units_that_no_example_reaches_are_dead_where_the_slope_is_gone(
    activation: str, share: float
) -> None:
    training = begun(CLAIM.ask(quick=True).changed(f"network.activation={activation}"))
    bias = training.population.layout.unpack(training.population.theta)["linear2.bias"]
    bias[:, :32] -= 1e3
    flags: list[Tensor] = []
    assert dead(flags)(training).tolist() == [share, share]
    gone = torch.arange(128).ge(64) & torch.arange(128).lt(96) & bool(share)
    assert torch.equal(flags[0], gone.expand(2, -1))
