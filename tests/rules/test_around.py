from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from trainlab.rules import RULES, apply
from trainlab.rules.around import clip_by_norm, clip_by_value, decay_coupled, decay_decoupled


def draw(*shape: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


def weights(theta: Tensor) -> list[nn.Parameter]:
    return [nn.Parameter(row.clone()) for row in theta]


def test_clip_by_norm_is_torchs_for_each_member_and_limit() -> None:
    g, limit = draw(4, 50), torch.tensor([[0.5], [3.0], [100.0], [torch.inf]], dtype=torch.float64)
    clipped = clip_by_norm(g, limit)
    for row, parameter in enumerate(weights(g)):
        parameter.grad = g[row].clone()
        nn.utils.clip_grad_norm_([parameter], limit[row].item())
        torch.testing.assert_close(clipped[row], parameter.grad, rtol=1e-12, atol=0)
    assert torch.equal(clipped[2:], g[2:])


def test_clip_by_value_is_torchs() -> None:
    g = draw(1, 50)
    parameter = weights(g)[0]
    parameter.grad = g[0].clone()
    nn.utils.clip_grad_value_([parameter], 0.3)
    assert torch.equal(clip_by_value(g, 0.3)[0], parameter.grad)
    by_member = clip_by_value(
        g.expand(2, 50), torch.tensor([[0.3], [torch.inf]], dtype=torch.float64)
    )
    assert torch.equal(by_member, torch.stack([parameter.grad, g[0]]))


def test_a_number_and_a_column_clip_to_the_same_bits() -> None:
    g, column = draw(5, 9).float(), torch.full((5, 1), 0.7)
    assert torch.equal(clip_by_norm(g, 0.7), clip_by_norm(g, column))
    assert torch.equal(clip_by_value(g, 0.7), clip_by_value(g, column))


@pytest.mark.parametrize("bad", [torch.nan, torch.inf])
def test_a_non_finite_row_is_clipped_without_its_neighbours(bad: float) -> None:
    g = draw(3, 7)
    sick = g.clone()
    sick[1, 2] = bad
    for clip in (clip_by_norm, clip_by_value):
        assert torch.equal(clip(sick, 0.5)[[0, 2]], clip(g, 0.5)[[0, 2]])


@pytest.mark.parametrize("decoupled", [False, True])
def test_decay_with_its_mask_is_two_parameter_groups_of_torch(decoupled: bool) -> None:
    theta = draw(1, 6)
    mask = torch.tensor([[1, 1, 1, 0, 0, 0]], dtype=torch.float64)
    decayed, exempt = (nn.Parameter(part.clone()) for part in theta[0].split(3))
    make = torch.optim.AdamW if decoupled else torch.optim.Adam
    groups = [{"params": [decayed], "weight_decay": 0.1}, {"params": [exempt], "weight_decay": 0.0}]
    optimizer = make(groups, lr=0.03)
    rule, wd = RULES["adam"], 0.1 * mask
    slots = rule.init(theta)
    for t in range(1, 20):
        g = draw(t, 6)[-1:]
        decayed.grad, exempt.grad = g[0, :3].clone(), g[0, 3:].clone()
        optimizer.step()
        if decoupled:
            theta = decay_decoupled(theta, 0.03 * wd)
        else:
            g = decay_coupled(g, theta, wd)
        apply(rule, theta, g, slots, {"lr": 0.03, "t": t})
        other = torch.cat([decayed, exempt]).detach()
        torch.testing.assert_close(theta[0], other, rtol=1e-12, atol=1e-14)
