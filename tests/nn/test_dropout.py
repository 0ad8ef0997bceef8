from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.func import functional_call, vmap
from torch.nn.utils import parametrize

from tests.nn import rows
from trainlab import seeds
from trainlab.errors import NetworkError
from trainlab.nn.dropout import (
    DropConnect,
    Dropout,
    GaussianNoise,
    RandomLayer,
    RecurrentDropout,
    SpatialDropout,
    StochasticDepth,
    VariationalDropout,
    adopt,
    by_key,
    connect_drop,
    number,
)

KINDS = [
    Dropout,
    SpatialDropout,
    DropConnect,
    GaussianNoise,
    StochasticDepth,
    VariationalDropout,
    RecurrentDropout,
]


def keyed(layer: RandomLayer, seed: int = 0) -> RandomLayer:
    layer.keyed = True
    layer.key.copy_(seeds.keys([seed], "noise")[0])
    return layer


def images(*shape: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(3))


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_changes_in_evaluation_or_at_rate_zero(kind: type[RandomLayer]) -> None:
    x = images(4, 3, 5, 5)
    assert torch.equal(keyed(kind(0.5)).eval()(x), x)
    assert torch.equal(keyed(kind(0.0)).train()(x), x)


@pytest.mark.parametrize("kind", KINDS)
def test_draws_depend_on_the_key_and_on_nothing_else(kind: type[RandomLayer]) -> None:
    x = images(32, 6, 2, 2)
    layer = keyed(kind(0.5))
    first = layer(x)
    torch.manual_seed(11)
    assert torch.equal(layer(x), first)
    assert not torch.equal(keyed(layer, 1)(x), first)


@pytest.mark.parametrize("kind", KINDS)
def test_over_its_keys_a_layer_gives_its_input_on_average(kind: type[RandomLayer]) -> None:
    x = images(3, 4, 2, 2).double()
    layer = keyed(kind(0.4)).double()
    keys = seeds.fold_in(torch.tensor(5), torch.arange(4000))
    drawn = vmap(lambda key: functional_call(layer, {"key": key}, (x,)))(keys)
    deviation = drawn.std(dim=0) / len(keys) ** 0.5
    assert bool(((drawn.mean(dim=0) - x).abs() < 5 * deviation + 1e-12).all())
    assert bool((deviation > 0).all())


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_dropping_is_inverted_so_that_the_expectation_stays(rate: float) -> None:
    y = keyed(Dropout(rate))(torch.ones(200, 500))
    assert y.unique().tolist() == pytest.approx([0.0, 1 / (1 - rate)], rel=2**-16 / (1 - rate))
    deviation = (rate / (1 - rate) / y.numel()) ** 0.5
    assert y.mean().item() == pytest.approx(1, abs=4 * deviation)


@settings(max_examples=25, deadline=None)
@given(rate=st.floats(0, 1), seed=st.integers(0, 1000))
def test_every_rate_gives_finite_values_and_gradients(rate: float, seed: int) -> None:
    x = torch.ones(3, 4, requires_grad=True)
    y = keyed(Dropout(rate), seed)(x)
    y.sum().backward()
    assert x.grad is not None
    assert bool(y.isfinite().all() and x.grad.isfinite().all())
    assert torch.equal(x.grad == 0, y == 0)


def test_rate_one_drops_everything() -> None:
    assert not keyed(Dropout(1.0))(torch.ones(100)).any()


def test_a_mask_is_the_same_in_single_and_double_precision() -> None:
    layer = keyed(Dropout(0.3))
    single, double = layer(torch.ones(50, 9)), layer.double()(torch.ones(50, 9).double())
    torch.testing.assert_close(single.double(), double)


def test_spatial_dropout_drops_whole_channels() -> None:
    y = keyed(SpatialDropout(0.5))(torch.ones(40, 10, 3, 3))
    assert torch.equal(y.amin(dim=(2, 3)), y.amax(dim=(2, 3)))
    assert 0.3 < (y[:, :, 0, 0] == 0).float().mean().item() < 0.7


def test_stochastic_depth_drops_whole_examples_at_its_share_of_the_rate() -> None:
    y = keyed(StochasticDepth(0.6, share=0.5))(torch.ones(4000, 2, 2))
    assert torch.equal(y.amin(dim=(1, 2)), y.amax(dim=(1, 2)))
    assert (y[:, 0, 0] == 0).float().mean().item() == pytest.approx(0.3, abs=0.03)
    assert y.max().item() == pytest.approx(1 / 0.7, rel=1e-4)


def test_variational_dropout_keeps_its_mask_over_time_and_naive_dropout_does_not() -> None:
    sequences = torch.ones(40, 12, 9)
    y = keyed(VariationalDropout(0.5))(sequences)
    assert torch.equal(y, y[:, :1].expand_as(y))
    assert len(y[:, 0].unique(dim=0)) > 35  # each example has its own
    naive = keyed(VariationalDropout(0.5, constant=False))(sequences)
    assert len(naive[0].unique(dim=0)) > 10


def test_noise_has_the_given_spread() -> None:
    y = keyed(GaussianNoise(0.2))(torch.zeros(300, 300))
    assert y.std().item() == pytest.approx(0.2, rel=0.02)
    assert y.mean().item() == pytest.approx(0.0, abs=0.003)


def test_drop_connect_drops_weights_while_training_only() -> None:
    layer = connect_drop(nn.Linear(30, 20), 0.25)
    keyed(layer.get_submodule("parametrizations.weight.0"))  # type: ignore[arg-type]
    original = layer.get_parameter("parametrizations.weight.original")
    assert isinstance(layer.weight, Tensor)
    dropped = layer.weight == 0
    assert 0.15 < dropped.float().mean().item() < 0.35
    torch.testing.assert_close(layer.weight[~dropped], (original / 0.75)[~dropped])
    assert torch.equal(layer.eval().weight, original)  # type: ignore[arg-type]
    assert parametrize.is_parametrized(layer, "weight")


@pytest.mark.parametrize("kind", KINDS)
def test_in_a_loop_of_ones_own_each_step_draws_anew_by_torchs_seed(kind: type[RandomLayer]) -> None:
    x, layer = images(32, 6, 2, 2), kind(0.5)
    torch.manual_seed(3)
    first, second = layer(x), layer(x)
    torch.manual_seed(3)
    assert torch.equal(layer(x), first)
    assert not torch.equal(second, first)


def test_two_layers_of_ones_own_network_draw_apart_without_being_numbered() -> None:
    x = torch.ones(20, 30)
    network = nn.Sequential(Dropout(0.5), Dropout(0.5))
    kept = (network(x) != 0).float().mean().item()
    assert kept == pytest.approx(0.25, abs=0.08)  # 0.5 if both dropped the same


def test_a_network_of_ones_own_can_be_made_to_draw_by_its_keys_and_back() -> None:
    x, network = torch.ones(20, 30), nn.Sequential(Dropout(0.5), Dropout(0.5))
    before = torch.get_rng_state()
    by_key(network)
    assert [layer.place for layer in network] == [0, 1]  # type: ignore[union-attr]
    assert torch.equal(network(x), network(x))
    assert torch.equal(torch.get_rng_state(), before)
    by_key(network, False)
    assert not torch.equal(network(x), network(x))


def test_rates_and_keys_are_not_part_of_the_saved_state() -> None:
    assert not nn.Sequential(nn.ReLU(), Dropout(0.5)).state_dict()


def test_layers_are_numbered_in_order() -> None:
    network = nn.Sequential(Dropout(), nn.Sequential(nn.ReLU(), GaussianNoise()), Dropout())
    assert number(network) == 3
    layers = [layer for layer in network.modules() if isinstance(layer, RandomLayer)]
    assert [layer.place for layer in layers] == [0, 1, 2]


def test_torchs_dropouts_are_adopted_in_a_copy() -> None:
    theirs = nn.Sequential(nn.Linear(2, 2), nn.Dropout(0.3), nn.Sequential(nn.Dropout2d(0.1)))
    ours = adopt(theirs.eval())
    assert [type(m) for m in ours.modules() if isinstance(m, RandomLayer)] == [
        Dropout,
        SpatialDropout,
    ]
    assert ours[1].rate.item() == pytest.approx(0.3)  # type: ignore[index]
    assert not any(layer.training for layer in ours.modules())
    assert type(theirs[1]) is nn.Dropout
    assert ours.state_dict().keys() == theirs.state_dict().keys()
    assert type(adopt(nn.Dropout(0.2))) is Dropout


@pytest.mark.parametrize("kind", KINDS)
def test_a_member_draws_what_it_would_draw_alone_bit_for_bit(kind: type[RandomLayer]) -> None:
    def build() -> nn.Module:
        network = nn.Sequential(kind(0.5), kind(0.5))
        number(network)
        return network

    networks = rows.members(build, dtype=torch.float32)
    x = images(3, 5, 4, 2, 2)
    assert torch.equal(rows.together(networks, x).outputs, rows.alone(networks, x).outputs)


def test_members_draw_apart() -> None:
    networks = rows.members(lambda: Dropout(0.5), dtype=torch.float32)
    for network in networks:
        network.rate.fill_(0.5)  # type: ignore[operator, union-attr]
    outputs = rows.alone(networks, torch.ones(3, 8, 8)).outputs
    assert not torch.equal(outputs[0], outputs[1])


@pytest.mark.parametrize("rate", [-0.1, 1.5, float("nan")])
def test_a_rate_without_a_meaning_is_refused(rate: float) -> None:
    with pytest.raises(NetworkError, match="rate"):
        Dropout(rate)
    assert GaussianNoise(1.5).rate.item() == 1.5
