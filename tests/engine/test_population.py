from __future__ import annotations

import pytest
import torch
from torch import nn

from trainlab.engine.population import Population, populate
from trainlab.errors import NetworkError
from trainlab.nn.dropout import Dropout

CPU = torch.device("cpu")


def network(seed: int) -> nn.Module:
    torch.manual_seed(seed)
    body = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), Dropout(0.5), nn.Linear(4, 2))
    body[0].bias.requires_grad_(False)
    return body


def three() -> Population:
    return populate(network, [5, 6, 7], CPU)


def test_a_row_is_a_whole_network() -> None:
    population = three()
    named = population.weights(population.theta, population.buffers)
    for row, seed in enumerate([5, 6, 7]):
        alone = network(seed).state_dict()
        assert named.keys() == alone.keys()
        for name, tensor in alone.items():
            assert torch.equal(named[name][row], tensor)


def test_frozen_parameters_are_buffers() -> None:
    population = three()
    assert "0.bias" in population.buffers
    assert "0.bias" not in population.layout.names
    assert population.theta.shape == (3, population.layout.n)


def test_keeping_rows() -> None:
    population = three()
    theta, running = population.theta.clone(), population.buffers["1.running_var"].clone()
    population.slots = {"m": theta.clone()}
    population.keep(torch.tensor([2, 0]))
    assert population.members == (2, 0)
    assert torch.equal(population.theta, theta[[2, 0]])
    assert torch.equal(population.slots["m"], theta[[2, 0]])
    assert torch.equal(population.buffers["1.running_var"], running[[2, 0]])


def test_knobs_reach_the_random_layers() -> None:
    population = three()
    assert population.draws == 1
    population.set_keys(torch.tensor([[13], [23], [33]]))
    population.set_rates(Dropout, [0.1, 0.2, 0.3])
    assert population.buffers["2.key"].tolist() == [13, 23, 33]
    assert torch.allclose(population.buffers["2.rate"], torch.tensor([0.1, 0.2, 0.3]))


def test_loading_a_row_leaves_the_others() -> None:
    population = three()
    before = population.theta.clone()
    population.load_row(1, network(99).state_dict())
    assert torch.equal(population.theta[[0, 2]], before[[0, 2]])
    named = population.weights(population.theta, population.buffers)
    assert torch.equal(named["3.weight"][1], network(99).state_dict()["3.weight"])


def test_tied_weights_have_both_their_names_in_what_is_kept() -> None:
    class Tied(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.a, self.b = nn.Linear(4, 4), nn.Linear(4, 4)
            self.b.weight = self.a.weight

    population = populate(lambda seed: Tied(), [0, 1], CPU)
    assert population.layout.n == 16 + 4 + 4
    named = population.weights(population.theta, population.buffers)
    assert list(named) == list(Tied().state_dict())
    assert torch.equal(named["a.weight"], named["b.weight"])
    Tied().load_state_dict({name: tensor[1] for name, tensor in named.items()})


@pytest.mark.parametrize(
    ("network", "word"),
    [
        (nn.Linear(4, 3).requires_grad_(False), "no weight that can be trained"),
        (nn.ReLU(), "no weight that can be trained"),
        (nn.LazyLinear(3), "lazy"),
    ],
    ids=["frozen", "none", "lazy"],
)
def test_a_network_without_weights_is_refused(network: nn.Module, word: str) -> None:
    with pytest.raises(NetworkError, match=word):
        populate(lambda seed: network, [0], CPU)
