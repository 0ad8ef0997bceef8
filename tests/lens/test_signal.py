from __future__ import annotations

from itertools import pairwise

import pytest
import torch
from torch import Tensor, nn

from trainlab import seeds
from trainlab.lens.signal import Signal, signals
from trainlab.losses import LOSSES
from trainlab.nn.init import initialise
from trainlab.nn.networks import NETWORKS


def deep(activation: str, init: object, depth: int = 8, width: int = 128) -> nn.Module:
    network = NETWORKS["mlp"].build((width,), width, widths=[width] * depth, activation=activation)
    return initialise(network, init, seeds.generator(0, "init"))  # type: ignore[arg-type]


def batch(width: int = 128) -> tuple[Tensor, Tensor]:
    drawn = seeds.normal(seeds.keys([0, 1], "noise"), (64, width))
    return drawn[0], drawn[1]


def measured(networks: list[nn.Module]) -> list[Signal]:
    return signals(networks, *batch(), LOSSES["mse"].mean)


def test_a_linear_network_with_known_weights() -> None:
    """y = 2 * 3 x and L = (y - t)^2: dL/dy = 2 (y - t), and three times that one layer before."""
    network = nn.Sequential(nn.Linear(1, 1, bias=False), nn.Linear(1, 1, bias=False)).double()
    with torch.no_grad():
        network[0].weight.fill_(2.0)
        network[1].weight.fill_(3.0)
    x = torch.tensor([[1.0], [2.0], [4.0]], dtype=torch.float64)
    t = torch.tensor([[1.0], [0.0], [2.0]], dtype=torch.float64)
    (found,) = signals([network], x, t, LOSSES["mse"].mean)
    first, last = found.layers
    slope = 2 * (6 * x - t)
    assert first.activation.std == pytest.approx((2 * x).std(correction=0).item())
    assert last.activation.mean == pytest.approx((6 * x).mean().item())
    assert last.gradient.std == pytest.approx(slope.std(correction=0).item())
    assert first.gradient.mean == pytest.approx(3 * slope.mean().item())
    assert found.forward_factor == pytest.approx(3.0)
    assert found.backward_factor == pytest.approx(3.0)


def test_small_gaussian_weights_let_tanh_die_out_and_xavier_keeps_it() -> None:
    small, xavier = measured([deep("tanh", "normal"), deep("tanh", "xavier_normal")])
    weighted = [layer.activation.std for layer in small.layers if layer.weighted]
    expected = 0.01 * 128**0.5  # tanh is the identity near zero
    for one, following in list(pairwise(weighted))[1:]:
        assert following / one == pytest.approx(expected, rel=0.15)
    assert 0.8 < xavier.forward_factor < 1.1
    assert small.backward_factor < 0.2
    assert 0.7 < xavier.backward_factor < 1.1


def test_rows_of_a_population_equal_networks_alone() -> None:
    networks = [deep("relu", "he_normal", 3), deep("relu", "xavier_normal", 3)]
    together = measured(networks)
    for one, network in zip(together, networks, strict=True):
        (alone,) = measured([network])
        for a, b in zip(one.layers, alone.layers, strict=True):
            assert a.name == b.name
            assert a.activation.std == pytest.approx(b.activation.std, rel=1e-5)
            assert a.gradient.std == pytest.approx(b.gradient.std, rel=1e-4, abs=1e-9)


class Unbatchable(nn.Module):
    """Asks for a value, which torch.vmap refuses."""

    def forward(self, x: Tensor) -> Tensor:
        return x * 2 if x.sum().item() < 1e9 else x


def test_networks_that_cannot_be_batched_are_measured_in_turn() -> None:
    network = nn.Sequential(nn.Linear(128, 128), Unbatchable())
    found = measured([network, network])
    assert found[0] == found[1]
    linear, double = found[0].layers
    assert double.activation.std == pytest.approx(2 * linear.activation.std, rel=1e-5)
    assert linear.gradient.std == pytest.approx(2 * double.gradient.std, rel=1e-5)


def test_a_network_is_not_touched_and_batch_norm_is_measured_in_training_mode() -> None:
    network = NETWORKS["mlp"].build((128,), 128, widths=[32], norm="batch").eval()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    (found,) = measured([network])
    assert all(torch.equal(before[name], now) for name, now in network.state_dict().items())
    assert not network.training
    norm = next(layer for layer in found.layers if "Norm" in layer.kind)
    assert norm.activation.std == pytest.approx(1.0, abs=1e-2)
