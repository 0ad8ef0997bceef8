from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn.utils import parametrizations

from trainlab import seeds
from trainlab.nn.init import initialise
from trainlab.nn.init.unit_variance import lsuv
from trainlab.nn.networks import NETWORKS
from trainlab.nn.norm_layers import weight_norm

IMAGES = torch.rand(64, 2, 8, 8, generator=torch.Generator().manual_seed(0)) * 40 + 3


def variances(net: nn.Module, x: Tensor) -> dict[str, float]:
    """Read the variance of each linear map's output, with the batch's own statistics in norms."""
    found: dict[str, float] = {}

    def note(name: str, y: Tensor) -> None:
        found.setdefault(name, y.var(correction=0).item())

    hooks = [
        layer.register_forward_hook(lambda _, __, y, name=name: note(name, y))
        for name, layer in net.named_modules()
        if isinstance(layer, nn.Linear | nn.Conv2d)
    ]
    with torch.no_grad():
        net(x)
    for hook in hooks:
        hook.remove()
    return found


def built(name: str, **options: Any) -> nn.Module:
    return NETWORKS[name].build((2, 8, 8), 3, **options)


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "maxout"])
@pytest.mark.parametrize("norm", ["none", "batch", "weight"])
def test_every_layer_of_a_deep_network_has_unit_variance(activation: str, norm: str) -> None:
    net = built("mlp", widths=(40,) * 12, activation=activation, norm=norm)
    found = variances(lsuv(net, IMAGES, seeds.generator(0, "init")), IMAGES)
    assert len(found) == 13
    assert all(value == pytest.approx(1, abs=1e-2) for value in found.values())


@pytest.mark.parametrize(
    ("name", "options"),
    [("cnn", {"channels": (6, 8), "widths": (9,)}), ("resnet", {"widths": (4, 6), "blocks": 2})],
)
def test_convolutions_and_branches_too(name: str, options: dict[str, Any]) -> None:
    net = built(name, **options)
    found = variances(lsuv(net, IMAGES, seeds.generator(0, "init")), IMAGES)
    assert all(value == pytest.approx(1, abs=1e-2) for value in found.values())


def test_each_weight_is_its_orthogonal_start_scaled() -> None:
    net, start = built("mlp", widths=(20, 20)), built("mlp", widths=(20, 20))
    initialise(start, "orthogonal", seeds.generator(4, "init"))
    lsuv(net, IMAGES, seeds.generator(4, "init"))
    for name, weight in net.named_parameters():
        if weight.dim() > 1:
            theirs = start.get_parameter(name)
            torch.testing.assert_close(weight / weight.norm(), theirs / theirs.norm())


def test_it_is_a_function_of_network_batch_and_generator_and_leaves_statistics_and_modes() -> None:
    first, second = (built("cnn", channels=(4,), norm="batch").eval() for _ in range(2))
    for weight in second.parameters():
        weight.data.add_(1)
    before = {name: buffer.clone() for name, buffer in first.named_buffers()}
    lsuv(first, IMAGES, seeds.generator(0, "init"))
    torch.manual_seed(3)
    lsuv(second, IMAGES, seeds.generator(0, "init"))
    torch.testing.assert_close(first.state_dict(), second.state_dict(), rtol=0, atol=0)
    torch.testing.assert_close(dict(first.named_buffers()), before, rtol=0, atol=0)
    assert not any(layer.training for layer in first.modules())


def test_the_order_is_that_of_the_computation() -> None:
    class Backwards(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.last, self.first = nn.Linear(30, 5), nn.Linear(128, 30)

        def forward(self, x: Tensor) -> Tensor:
            hidden: Tensor = self.first(x.flatten(1))
            return self.last(hidden.relu())

    found = variances(lsuv(Backwards(), IMAGES, seeds.generator(0, "init")), IMAGES)
    assert all(value == pytest.approx(1, abs=1e-2) for value in found.values())


@pytest.mark.parametrize("wrap", [weight_norm, parametrizations.weight_norm])
def test_a_weight_under_a_parametrisation_is_scaled(wrap: Any) -> None:
    net = nn.Sequential(nn.Flatten(), wrap(nn.Linear(128, 30)))
    lsuv(net, IMAGES, seeds.generator(0, "init"))
    assert variances(net, IMAGES)["1"] == pytest.approx(1, abs=1e-2)


def test_what_cannot_be_scaled_keeps_its_start() -> None:
    silent = built("mlp", widths=(20,))
    lsuv(silent, torch.zeros(8, 2, 8, 8), seeds.generator(0, "init"))
    assert all(bool(weight.isfinite().all()) for weight in silent.parameters())
    recurrent = lsuv(built("lstm", hidden=6), IMAGES, seeds.generator(0, "init"))
    gate = recurrent.get_parameter("recurrent.weight_hh_l0")[:6]
    torch.testing.assert_close(gate @ gate.T, torch.eye(6), atol=1e-5, rtol=0)
    assert variances(recurrent, IMAGES)["output"] == pytest.approx(1, abs=1e-2)
