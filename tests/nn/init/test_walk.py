from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn

from trainlab import seeds
from trainlab.nn.depth import Residual
from trainlab.nn.dropout import connect_drop
from trainlab.nn.init import INITS, initialise, sites
from trainlab.nn.networks import NETWORKS
from trainlab.nn.norm_layers import weight_norm
from trainlab.nn.recurrent import LSTM, Recurrent


def small() -> nn.Module:
    return nn.Sequential(
        nn.Linear(4, 8), nn.BatchNorm1d(8), nn.PReLU(), nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 2)
    )


def state(network: nn.Module) -> dict[str, Tensor]:
    return {name: tensor.clone() for name, tensor in network.state_dict().items()}


@pytest.mark.parametrize("name", INITS)
def test_the_weights_are_a_function_of_the_generator(name: str) -> None:
    network = NETWORKS["cnn"].build((1, 8, 8), 3, channels=(4, 4), widths=(6,), norm="batch")
    first = state(initialise(network, name, seeds.generator(5, "init")))
    for tensor in network.parameters():
        tensor.data.add_(1.0)
    torch.manual_seed(9)
    again = state(initialise(network, name, seeds.generator(5, "init")))
    torch.testing.assert_close(again, first, rtol=0, atol=0)


@pytest.mark.parametrize("name", sorted(set(INITS) - {"zeros", "constant", "identity"}))
def test_another_seed_draws_other_weights(name: str) -> None:
    first = state(initialise(small(), name, seeds.generator(0, "init")))
    other = state(initialise(small(), name, seeds.generator(1, "init")))
    assert not torch.equal(first["3.weight"], other["3.weight"])


def test_the_global_generator_is_neither_read_nor_moved() -> None:
    before = torch.get_rng_state()
    for name in ("mlp", "cnn", "resnet", "lstm"):
        NETWORKS[name].build((1, 8, 8), 3)
    assert torch.equal(torch.get_rng_state(), before)


def test_biases_are_zero_and_norms_and_slopes_as_their_classes_reset_them() -> None:
    network = small()
    for tensor in network.parameters():
        tensor.data.fill_(7.0)
    for buffer in network.buffers():
        buffer.fill_(3)
    initialise(network, "normal", seeds.generator(0, "init"))
    after = state(network)
    assert not after["0.bias"].any() and not after["5.bias"].any()
    assert bool((after["1.weight"] == 1).all()) and not after["1.running_mean"].any()
    assert after["2.weight"].item() == 0.25


def test_the_gain_is_that_of_the_activation_which_follows() -> None:
    gains = [site.gain for site in sites(small())]
    assert gains == pytest.approx([math.sqrt(2 / (1 + 0.25**2)), 5 / 3, 1.0])


def test_a_shared_activation_counts_for_all_but_the_last_weight() -> None:
    class Shared(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.act = nn.Linear(2, 2), nn.ReLU()
            self.second, self.third = nn.Linear(2, 2), nn.Linear(2, 2)

    assert [site.gain for site in sites(Shared())] == pytest.approx([2**0.5, 2**0.5, 1.0])


def test_a_network_without_activations_has_gain_one() -> None:
    network = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 2))
    assert [site.gain for site in sites(network)] == [1.0, 1.0]


def test_he_keeps_the_signal_through_thirty_layers_and_xavier_loses_it() -> None:
    network = NETWORKS["mlp"].build((256,), 256, widths=(256,) * 30)
    x = torch.randn(64, 256, generator=torch.Generator().manual_seed(0))
    kept = initialise(network, "he_normal", seeds.generator(0, "init"))(x).square().mean()
    lost = initialise(network, "xavier_normal", seeds.generator(0, "init"))(x).square().mean()
    assert 0.1 < kept.item() < 10
    assert lost.item() < 1e-6


def test_a_weight_under_a_parametrisation_gets_the_law_too() -> None:
    for wrap in (weight_norm, lambda layer: connect_drop(layer, 0.5)):
        layer = wrap(nn.Linear(30, 40))
        initialise(layer, "he_normal", seeds.generator(0, "init"))
        plain = initialise(nn.Linear(30, 40), "he_normal", seeds.generator(0, "init"))
        torch.testing.assert_close(layer.eval().weight, plain.weight)


def test_each_gate_of_a_recurrent_layer_is_its_own_matrix() -> None:
    layer = Recurrent(LSTM, 5, 8)
    initialise(layer, "orthogonal", seeds.generator(0, "init"))
    for gate in layer.get_parameter("weight_hh_l0").chunk(4):
        torch.testing.assert_close(gate @ gate.T, torch.eye(8), atol=1e-5, rtol=0)
    forget = layer.get_parameter("bias_ih_l0").chunk(4)[1]
    assert forget.unique().tolist() == [1.0]
    assert layer.get_parameter("bias_ih_l0").sum().item() == 8.0


@pytest.mark.parametrize("norm", ["batch", "weight", "none", "local_response"])
@pytest.mark.parametrize("pre_activation", [False, True])
def test_a_residual_branch_can_start_at_zero(norm: str, pre_activation: bool) -> None:
    network = NETWORKS["resnet"].build(
        (1, 8, 8), 3, blocks=1, norm=norm, pre_activation=pre_activation, zero_last_gain=True
    )
    initialise(network, "he_normal", seeds.generator(3, "init"))
    x = torch.randn(4, 16, 8, 8, generator=torch.Generator().manual_seed(0))
    block = network.get_submodule("stage1_block1")
    assert isinstance(block, Residual)
    assert not block.branch(x).any()


def test_depth_scaling_damps_the_last_weight_of_each_branch() -> None:
    network = NETWORKS["resnet"].build((1, 8, 8), 3, blocks=2)
    damped = state(initialise(network, "depth_scaled", seeds.generator(0, "init")))
    plain = state(initialise(network, "he_normal", seeds.generator(0, "init")))
    ratios = {
        name: (plain[name].norm() / damped[name].norm()).item()
        for name in plain
        if "conv" in name or name == "output.weight"
    }
    for name, ratio in ratios.items():
        assert ratio == pytest.approx(math.sqrt(12) if name.endswith("branch.conv2.weight") else 1)
