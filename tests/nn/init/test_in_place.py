from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from trainlab.nn import init
from trainlab.nn.networks import NETWORKS

Fill = Callable[..., Tensor]
DRAWN: dict[str, Fill] = {
    "lecun_normal_": init.lecun_normal_,
    "lecun_uniform_": init.lecun_uniform_,
    "depth_scaled_": lambda w, generator: init.depth_scaled_(w, 8, generator=generator),
    "sparse_": lambda w, generator: init.sparse_(w, 0.5, generator=generator),
}


@pytest.mark.parametrize("name", DRAWN)
def test_a_parameter_is_filled_in_place_by_the_generator_that_is_given(name: str) -> None:
    fill, weight = DRAWN[name], nn.Parameter(torch.empty(20, 30))
    before = torch.get_rng_state()
    assert fill(weight, generator=torch.Generator().manual_seed(0)) is weight
    assert torch.equal(torch.get_rng_state(), before)
    first = weight.detach().clone()
    fill(weight, generator=torch.Generator().manual_seed(0))
    assert torch.equal(weight, first)
    torch.manual_seed(0)
    fill(weight, generator=None)
    drawn = weight.detach().clone()
    torch.manual_seed(0)
    fill(weight, generator=None)
    assert torch.equal(weight, drawn)


def test_spreads_are_those_of_the_fans() -> None:
    weight, generator = torch.empty(200, 8, 5, 5), torch.Generator().manual_seed(1)
    assert init.lecun_normal_(weight, 2.0, generator).std().item() == pytest.approx(
        2 / math.sqrt(200), rel=0.02
    )
    bound = math.sqrt(3 / 200)
    assert init.lecun_uniform_(weight, generator=generator).abs().max().item() <= bound
    assert weight.std().item() == pytest.approx(bound / math.sqrt(3), rel=0.02)
    spread = init.depth_scaled_(weight, 8, generator=generator).std().item()
    assert spread == pytest.approx(math.sqrt(2 / 200 / 16), rel=0.02)


def test_filters_can_be_sparse_and_the_identity() -> None:
    weight = init.sparse_(torch.empty(10, 3, 2, 2), 0.3, generator=torch.Generator().manual_seed(0))
    assert bool(((weight == 0).sum(dim=0) == 3).all())
    x = torch.randn(2, 4, 6, 6)
    same = nn.functional.conv2d(x, init.identity_(torch.empty(4, 4, 3, 3)), padding=1)
    assert torch.equal(same, x)


def test_each_layer_is_brought_to_unit_variance() -> None:
    network = nn.Sequential(nn.Linear(20, 30), nn.Sigmoid(), nn.Linear(30, 30))
    x = torch.rand(128, 20, generator=torch.Generator().manual_seed(2)) * 7
    assert init.lsuv_(network, x, generator=torch.Generator().manual_seed(0)) is network
    assert network[0](x).var(correction=0).item() == pytest.approx(1, abs=0.01)
    assert network(x).var(correction=0).item() == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("norm", ["batch", "none", "weight"])
def test_residual_branches_begin_at_zero_in_ones_own_network_too(norm: str) -> None:
    x = torch.randn(4, 16, 8, 8, generator=torch.Generator().manual_seed(0))
    network = init.zero_last_residual_(NETWORKS["resnet"].build((1, 8, 8), 3, norm=norm))
    assert not network.get_submodule("stage1_block1.branch")(x).any()
    own = nn.Sequential(nn.Conv2d(16, 4, 3), nn.ReLU(), nn.Conv2d(4, 16, 3), nn.BatchNorm2d(16))
    assert not init.zero_last_residual_(own)(x).any()
    assert bool(own[0].weight.any())


def test_the_last_bias_predicts_the_prior_and_the_mean() -> None:
    classes = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
    init.final_bias_(classes, torch.tensor([0, 0, 1]), classes=2)
    torch.testing.assert_close(classes[2].bias.softmax(0), torch.tensor([0.6, 0.4]))
    numbers = init.final_bias_(nn.Linear(3, 1), torch.tensor([[1.0], [5.0]]))
    assert numbers.bias.tolist() == [3.0]
