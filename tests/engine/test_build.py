from __future__ import annotations

import sys
from types import ModuleType

import pytest
import torch
from torch import nn

from trainlab.engine.build import builder, ready
from trainlab.engine.experiment import Experiment
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


def test_one_module_for_two_seeds_is_refused_unless_it_is_drawn_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    module, mine = ModuleType("users_own"), nn.Linear(6, 3)
    module.make = lambda: mine  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "users_own", module)
    network = {"name": "python", "factory": "users_own:make"}
    build = builder(chosen(network), (6,), 3, {})
    assert torch.equal(build(4).weight, build(4).weight)
    with pytest.raises(NetworkError, match="users_own:make gave the same module for two seeds"):
        build(5)
    drawn = builder(chosen({**network, "init": "he_normal"}), (6,), 3, {})
    assert not torch.equal(drawn(4).weight, drawn(5).weight)


@pytest.mark.parametrize(
    ("network", "why"),
    [
        (torch.jit.ScriptModule(), "compiled by torch.jit"),
        (nn.Linear(2, 2, device="meta"), "without numbers"),
    ],
)
def test_a_network_that_cannot_be_trained_as_it_is(network: nn.Module, why: str) -> None:
    with pytest.raises(NetworkError, match=why):
        ready(network)


def test_dropout_where_there_is_none_is_refused() -> None:
    with pytest.raises(NetworkError, match="has no dropout"):
        builder(chosen("linear"), (6,), 3, {"dropout": 0.5})


@pytest.mark.parametrize(("said", "rate"), [({}, 0.3), ({"dropout": 0.1}, 0.1)])
def test_a_network_of_ones_own_keeps_its_rates_unless_the_recipe_says_one(
    said: dict[str, float], rate: float
) -> None:
    model = nn.Sequential(nn.Linear(6, 4), nn.Dropout(0.3), nn.Linear(4, 2))
    recipe = Recipe(regularize=said, train={"threads": 1})
    x = torch.randn(60, 6, generator=torch.Generator().manual_seed(0))
    training = Experiment(recipe, model, (x, (x[:, 0] > 0).long())).training()
    assert training.population.buffers["1.rate"].tolist() == pytest.approx([rate])


def test_a_rate_that_ones_own_network_has_no_layer_for_is_refused() -> None:
    x = torch.randn(60, 6, generator=torch.Generator().manual_seed(0))
    recipe = Recipe(regularize={"spatial_dropout": 0.1}, train={"threads": 1})
    with pytest.raises(NetworkError, match="has no spatial_dropout"):
        Experiment(recipe, nn.Linear(6, 2), (x, (x[:, 0] > 0).long())).training()


def test_norms_activations_and_init_of_ones_own_network_are_swapped_by_the_recipe(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    module = ModuleType("users_own")
    module.make = lambda: nn.Sequential(  # type: ignore[attr-defined]
        nn.Linear(6, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 3)
    )
    monkeypatch.setitem(sys.modules, "users_own", module)
    network = {"name": "python", "factory": "users_own:make", "norm": {"name": "group"}}
    network |= {"activation": {"name": "leaky_relu", "slope": 0.2}, "init": "zeros"}
    built = builder(chosen(network), (6,), 3, {})(0)
    assert [type(layer).__name__ for layer in built] == [
        "Linear",
        "GroupNorm",
        "LeakyReLU",
        "Linear",
    ]
    assert not built[0].weight.any()
    untouched = builder(chosen({"name": "python", "factory": "users_own:make"}), (6,), 3, {})(0)
    assert isinstance(untouched[1], nn.BatchNorm1d) and bool(untouched[0].weight.any())
