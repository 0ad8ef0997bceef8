from __future__ import annotations

import torch
from torch import nn

from trainlab.nn import units


def test_makers_hand_their_options_to_torch() -> None:
    x = torch.linspace(-3, 3, 31)
    pairs = [
        (units.leaky_relu(slope=0.3), nn.LeakyReLU(0.3)),
        (units.prelu(slope=0.1), nn.PReLU(init=0.1)),
        (units.elu(alpha=0.7), nn.ELU(0.7)),
        (units.gelu(approximate="tanh"), nn.GELU("tanh")),
        (units.softplus(beta=2.0), nn.Softplus(2.0)),
    ]
    for ours, torchs in pairs:
        assert torch.equal(ours(x), torchs(x))


def test_swish_is_reset_to_its_own_start() -> None:
    swish = units.Swish(beta=2.0)
    swish.beta.data.fill_(9.0)
    swish.reset_parameters()
    assert swish.beta.item() == 2.0


def test_a_maxout_of_affine_maps_is_convex() -> None:
    network = nn.Sequential(nn.Linear(2, 12), units.Maxout(pieces=4))
    a, b = torch.randn(2, 50, 2, generator=torch.Generator().manual_seed(0))
    assert bool((network((a + b) / 2) <= (network(a) + network(b)) / 2 + 1e-6).all())
