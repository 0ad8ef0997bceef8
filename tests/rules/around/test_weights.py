from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from trainlab.layout import layout_of
from trainlab.rules import RULES, apply
from trainlab.rules.around.weights import (
    decay_coupled,
    decay_decoupled,
    limit_norm,
    penalize_l1,
)


def draw(*shape: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


@pytest.mark.parametrize("rate", [0.03, torch.tensor([[0.03]], dtype=torch.float64)])
@pytest.mark.parametrize("decoupled", [False, True])
def test_decay_with_its_mask_is_two_parameter_groups_of_torch(
    decoupled: bool, rate: float | Tensor
) -> None:
    theta = draw(1, 6)
    mask = torch.tensor([[1, 1, 1, 0, 0, 0]], dtype=torch.float64)
    decayed, exempt = (nn.Parameter(part.clone()) for part in theta[0].split(3))
    make = torch.optim.AdamW if decoupled else torch.optim.Adam
    groups = [{"params": [decayed], "weight_decay": 0.1}, {"params": [exempt], "weight_decay": 0.0}]
    optimizer = make(groups, lr=0.03)
    rule = RULES["adam"]
    slots = rule.init(theta)
    for t in range(1, 20):
        g = draw(t, 6)[-1:]
        decayed.grad, exempt.grad = g[0, :3].clone(), g[0, 3:].clone()
        optimizer.step()
        if decoupled:
            assert decay_decoupled(theta, mask, 0.1 * rate) is theta
        else:
            g = decay_coupled(g, theta, 0.1 * mask)
        apply(rule, theta, g, slots, {"lr": rate, "t": t})
        other = torch.cat([decayed, exempt]).detach()
        torch.testing.assert_close(theta[0], other, rtol=1e-12, atol=1e-14)


def test_l1_is_the_gradient_of_the_absolute_values() -> None:
    theta, g = draw(2, 9).requires_grad_(), draw(3, 9)[1:]
    penalty = torch.tensor([[0.2], [0.0]], dtype=torch.float64)
    (expected,) = torch.autograd.grad((penalty * theta.abs()).sum() + (g * theta).sum(), theta)
    torch.testing.assert_close(penalize_l1(g, theta.detach(), penalty), expected)
    assert not penalize_l1(torch.zeros(1, 3), torch.zeros(1, 3), 0.5).any()


def test_the_largest_norm_is_torchs_renorm_of_each_matrix() -> None:
    network = nn.Sequential(nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3), nn.Flatten(), nn.Linear(12, 4))
    layout = layout_of(network)
    mask = layout.mask(layout.decayed).double()
    before = draw(2, layout.n)
    after = before.clone()
    limit = torch.tensor([[2.0], [torch.inf]], dtype=torch.float64)
    assert limit_norm(after, layout, mask, limit) is after
    assert torch.equal(after[1], before[1])
    for name, weight in layout.unpack(before[0]).items():
        expected = weight.renorm(2, 0, 2.0) if weight.dim() > 1 else weight
        torch.testing.assert_close(layout.unpack(after[0])[name], expected, rtol=1e-12, atol=0)
    assert not torch.equal(after[0], before[0])
