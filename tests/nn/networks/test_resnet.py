from __future__ import annotations

import pytest
import torch
from torch import nn

from trainlab.errors import NetworkError
from trainlab.nn.depth import Residual
from trainlab.nn.dropout import StochasticDepth
from trainlab.nn.networks.resnet import resnet

X = torch.randn(2, 3, 16, 16, generator=torch.Generator().manual_seed(0))


def convolutions(network: nn.Module) -> int:
    return sum(isinstance(layer, nn.Conv2d) for layer in network.modules())


def test_twenty_layers_are_those_of_the_paper() -> None:
    # He et al. 2016, table 6: ResNet-20 has 0.27 M parameters; 1 x 1 shortcuts add 2,752
    network = resnet((3, 32, 32), 10, blocks=3)
    assert sum(p.numel() for p in network.parameters()) == 272_474
    assert convolutions(network) == 19 + 2


def test_the_plain_twin_has_the_same_depth_and_no_shortcut() -> None:
    network = resnet((3, 16, 16), 4, residual=False)
    assert not any(isinstance(layer, Residual) for layer in network.modules())
    assert convolutions(network) == 13
    assert network(X).shape == (2, 4)


@pytest.mark.parametrize("norm", ["batch", "none", "group", "weight"])
@pytest.mark.parametrize("residual", [True, False])
@pytest.mark.parametrize("pre_activation", [True, False])
def test_every_form_is_built(norm: str, residual: bool, pre_activation: bool) -> None:
    network = resnet(
        (3, 16, 16), 4, widths=(4, 6), norm=norm, residual=residual, pre_activation=pre_activation
    )
    assert network(X).shape == (2, 4)


def test_a_pre_activation_block_leaves_its_shortcut_clean() -> None:
    network = resnet((3, 16, 16), 4, widths=(4,), blocks=2, pre_activation=True)
    block = network.get_submodule("stage1_block2")
    assert isinstance(block, Residual) and block.end is None and block.shortcut is None
    assert next(iter(dict(block.branch.named_children()))) == "norm1"
    assert list(dict(network.named_children()))[-5:] == [
        "norm",
        "activation",
        "pool",
        "flatten",
        "output",
    ]


def test_a_zero_gain_makes_the_network_its_shortcuts() -> None:
    network = resnet((3, 16, 16), 4, widths=(4,), blocks=2, zero_last_gain=True).eval()
    stem = network.get_submodule("stem")
    skipped = network.get_submodule("output")(stem(X).mean(dim=(2, 3)))
    torch.testing.assert_close(network(X), skipped)


def test_stochastic_depth_rises_linearly_to_its_rate() -> None:
    network = resnet((3, 16, 16), 4, widths=(4, 4), blocks=2, stochastic_depth=0.4)
    drops = [layer for layer in network.modules() if isinstance(layer, StochasticDepth)]
    assert [drop.share for drop in drops] == [0.25, 0.5, 0.75, 1.0]
    assert [drop.place for drop in drops] == [0, 1, 2, 3]


def test_later_stages_halve_the_size() -> None:
    network = resnet((3, 16, 16), 4, widths=(4, 6, 8), blocks=1)
    body = nn.Sequential(*list(network.children())[:4])
    assert body(X).shape == (2, 8, 4, 4)


def test_maxout_is_refused() -> None:
    with pytest.raises(NetworkError, match="maxout"):
        resnet((3, 16, 16), 4, activation="maxout")
