from __future__ import annotations

import torch
from torch import nn

from trainlab.nn.networks.parts import Style, affine, conv, finish, sequential


def test_layers_are_made_without_drawing() -> None:
    before = torch.get_rng_state()
    assert affine(3, 4, bias=False).weight.shape == (4, 3)
    assert conv(3, 4, 5, stride=2, padding=1).weight.shape == (4, 3, 5, 5)
    assert torch.equal(torch.get_rng_state(), before)
    assert affine(3, 4).weight.device.type == "cpu"


def test_a_finished_network_is_the_same_each_time() -> None:
    one, two = (finish(sequential({"a": affine(3, 4)}), "normal") for _ in range(2))
    assert torch.equal(one.get_parameter("a.weight"), two.get_parameter("a.weight"))


def test_a_style_orders_norm_and_activation() -> None:
    layers: dict[str, nn.Module] = {}
    Style(norm="batch").follow(layers, "7", conv(3, 4, 3), 4)
    assert list(layers) == ["conv7", "norm7", "activation7"]
    assert isinstance(layers["norm7"], nn.BatchNorm2d)
