from __future__ import annotations

import sys
from types import ModuleType

import pytest
import torch
from torch import nn

from trainlab.engine.build import builder
from trainlab.errors import NetworkError
from trainlab.nn.dropout import Dropout
from trainlab.nn.networks import NETWORKS
from trainlab.recipe import Recipe


def chosen(network: object):  # type: ignore[no-untyped-def]
    return Recipe(network=network).network


@pytest.mark.parametrize(
    "name", [name for name in NETWORKS if name not in ("python", "cnn", "resnet")]
)
def test_each_seed_has_weights_of_its_own_and_the_same_each_time(name: str) -> None:
    shape = (6, 3) if name in ("rnn", "lstm", "gru") else (6,)
    build = builder(chosen(name), shape, 3, {})
    first, again, other = (build(seed).state_dict() for seed in (1, 1, 2))
    assert all(torch.equal(first[key], again[key]) for key in first)
    assert not all(torch.equal(first[key], other[key]) for key in first)


def test_a_network_of_the_users_keeps_the_weights_it_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("users_own")
    module.make = lambda width: nn.Sequential(  # type: ignore[attr-defined]
        nn.Linear(6, width), nn.Dropout(0.1), nn.Linear(width, 3)
    )
    monkeypatch.setitem(sys.modules, "users_own", module)
    network = {"name": "python", "factory": "users_own:make", "options": {"width": 5}}
    build = builder(chosen(network), (6,), 3, {})
    before = torch.get_rng_state()
    built = build(4)
    assert torch.equal(torch.get_rng_state(), before)
    assert isinstance(built[1], Dropout)
    assert torch.equal(built[0].weight, build(4)[0].weight)
    assert not torch.equal(built[0].weight, build(5)[0].weight)
    assert float(built[0].bias.detach().abs().max()) > 0


def test_dropout_where_there_is_none_is_refused() -> None:
    with pytest.raises(NetworkError, match="has no dropout"):
        builder(chosen("linear"), (6,), 3, {"dropout": 0.5})
