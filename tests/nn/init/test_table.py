from __future__ import annotations

import pytest
import torch
from torch import nn

from trainlab import seeds
from trainlab.nn.init import INITS, adapt, initialise, laws, lsuv, needs_data
from trainlab.nn.networks import NETWORKS


def test_every_law_has_a_row() -> None:
    made = {row.make for row in INITS.values()}
    assert made == {getattr(laws, name) for name in laws.__all__} - {laws.Site, laws.fans}


def test_a_law_that_looks_at_data_is_finished_at_once_or_later() -> None:
    x = torch.rand(64, 5, generator=torch.Generator().manual_seed(0)) * 9 + 2
    at_once, later, oracle = (NETWORKS["mlp"].build((5,), 3) for _ in range(3))
    choice = {"name": "lsuv", "tolerance": 0.001}
    initialise(at_once, choice, seeds.generator(1, "init"), x)
    adapt(initialise(later, choice, seeds.generator(1, "init")), choice, x)
    lsuv(oracle, x, seeds.generator(1, "init"), tolerance=0.001)
    for network in (at_once, later):
        torch.testing.assert_close(network.state_dict(), oracle.state_dict(), rtol=0, atol=0)
    assert [name for name in INITS if needs_data(name)] == ["lsuv"]


@pytest.mark.parametrize("name", sorted(set(INITS) - {"lsuv"}))
def test_other_laws_do_not_look_at_data(name: str) -> None:
    first, second = (nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 2)) for _ in range(2))
    initialise(first, name, seeds.generator(1, "init"), torch.ones(8, 4))
    initialise(second, name, seeds.generator(1, "init"))
    torch.testing.assert_close(first.state_dict(), second.state_dict(), rtol=0, atol=0)
