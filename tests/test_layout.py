from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.func import functional_call
from torch.nn.utils import parametrizations

from trainlab.layout import Layout, layout_of


def network() -> nn.Module:
    return nn.Sequential(nn.Linear(4, 3), nn.LayerNorm(3), nn.PReLU(), nn.Linear(3, 2))


def test_sizes_add_up_to_a_row() -> None:
    layout = layout_of(network())
    assert layout.names[0] == "0.weight"
    assert layout.sizes == (12, 3, 3, 3, 1, 6, 2)
    assert layout.n == sum(p.numel() for p in network().parameters()) == 30


@given(st.lists(st.integers(1, 3), max_size=2), st.integers(0, 10))
def test_packing_undoes_unpacking(lead: list[int], seed: int) -> None:
    layout = layout_of(network())
    theta = torch.randn(*lead, layout.n, generator=torch.Generator().manual_seed(seed))
    weights = layout.unpack(theta)
    assert torch.equal(layout.pack(weights), theta)
    for shape, weight in zip(layout.shapes, weights.values(), strict=True):
        assert weight.shape == (*lead, *shape)


def test_unpacked_weights_are_views_of_the_row() -> None:
    layout = layout_of(network())
    theta = torch.zeros(2, layout.n)
    theta[1, 0] = 7.0
    assert layout.unpack(theta)["0.weight"][1, 0, 0] == 7.0


def test_the_row_is_the_network() -> None:
    module, x = network(), torch.randn(5, 4)
    layout = layout_of(module)
    theta = layout.pack({name: p.detach() for name, p in module.named_parameters()})
    assert torch.equal(functional_call(module, layout.unpack(theta), (x,)), module(x))


def test_decay_spares_biases_and_the_gains_of_norms() -> None:
    layout = layout_of(network())
    decayed = [name for name, flag in zip(layout.names, layout.decayed, strict=True) if flag]
    assert decayed == ["0.weight", "3.weight"]
    mask = layout.mask(layout.decayed)
    assert mask.shape == (1, layout.n)
    assert mask.sum() == 12 + 6


class Matrixed(nn.Module):
    """A norm whose gain has two axes, over [C, T]."""

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.LayerNorm((2, 3))


def test_a_gain_of_two_axes_is_a_gain_still() -> None:
    assert layout_of(Matrixed()).decayed == (False, False)


@pytest.mark.parametrize("layer", [nn.Linear(4, 3), nn.Conv2d(2, 3, 2)])
def test_the_lengths_of_torchs_weight_norm_are_gains_and_its_directions_are_not(
    layer: nn.Module,
) -> None:
    layout = layout_of(parametrizations.weight_norm(layer))
    decayed = dict(zip(layout.names, layout.decayed, strict=True))
    assert decayed["parametrizations.weight.original1"]
    assert not decayed["parametrizations.weight.original0"]


def test_a_weight_under_another_parametrisation_decays() -> None:
    layout = layout_of(parametrizations.spectral_norm(nn.Linear(4, 3)))
    assert dict(zip(layout.names, layout.decayed, strict=True)) == {
        "bias": False,
        "parametrizations.weight.original": True,
    }


def test_frozen_weights_stay_outside() -> None:
    module = network()
    module[0].weight.requires_grad_(False)
    assert "0.weight" not in layout_of(module).names


def test_a_tied_weight_is_counted_once() -> None:
    module = nn.Sequential(nn.Linear(3, 3, bias=False), nn.Linear(3, 3, bias=False))
    module[1].weight = module[0].weight
    assert layout_of(module).n == 9


def test_the_gradient_of_a_row_is_the_packed_gradient() -> None:
    module, x = network(), torch.randn(5, 4)
    layout = layout_of(module)
    theta = layout.pack({k: p.detach() for k, p in module.named_parameters()}).requires_grad_()
    functional_call(module, layout.unpack(theta), (x,)).square().sum().backward()
    module(x).square().sum().backward()
    expected = layout.pack({name: p.grad for name, p in module.named_parameters()})
    torch.testing.assert_close(theta.grad, expected)


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(RuntimeError, match="split"):
        layout_of(network()).unpack(torch.zeros(3))


def test_a_network_without_weights_is_an_empty_row() -> None:
    assert layout_of(nn.ReLU()) == Layout(names=(), shapes=(), decayed=())
    assert layout_of(nn.ReLU()).n == 0
