"""What torch lacks, against the papers; float64."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from trainlab import optim
from trainlab.errors import InputError, UnknownName
from trainlab.rules import RULES

STEPS, N = 30, 7


def gradients() -> list[Tensor]:
    draw = torch.Generator().manual_seed(0)
    g = 1 + 0.3 * torch.randn(STEPS, N, generator=draw, dtype=torch.float64)
    return list(g * torch.logspace(-2, 1, N, dtype=torch.float64))


def walk(p: nn.Parameter, optimizer: torch.optim.Optimizer) -> Tensor:
    for g in gradients():
        p.grad = g
        optimizer.step()
    return p.detach()


def start() -> nn.Parameter:
    return nn.Parameter(torch.ones(N, dtype=torch.float64))


def test_lion_is_its_paper() -> None:
    """Chen et al. 2023, algorithm 2, with its decoupled decay."""
    theta, m = torch.ones(N).double(), torch.zeros(N).double()
    for g in gradients():
        update = torch.sign(0.8 * m + 0.2 * g)
        theta = theta - 0.01 * (update + 0.3 * theta)
        m = 0.95 * m + 0.05 * g
    p = start()
    mine = walk(p, optim.Lion([p], lr=0.01, betas=(0.8, 0.95), weight_decay=0.3))
    torch.testing.assert_close(mine, theta, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("settle", [1e-9, 0.05, 10.0])
def test_swats_of_several_parameters_is_the_rule_of_the_whole(settle: float) -> None:
    theta = torch.ones(1, N, dtype=torch.float64)
    slots = RULES["swats"].init(theta)
    for t, g in enumerate(gradients(), start=1):
        h = {"t": t, "lr": 0.05, "settle": settle}
        amount, slots = RULES["swats"].step(g.unsqueeze(0), slots, h)
        theta = theta - amount
    parts = [nn.Parameter(x) for x in torch.ones(N, dtype=torch.float64).split([3, 4])]
    optimizer = optim.SWATS(parts, lr=0.05, settle=settle)
    for g in gradients():
        for p, part in zip(parts, g.split([3, 4]), strict=True):
            p.grad = part
        optimizer.step()
    moved = torch.cat([p.detach() for p in parts])
    torch.testing.assert_close(moved, theta[0], rtol=1e-12, atol=1e-14)
    assert optimizer.state[parts[0]]["switched"].item() == slots["switched"].item()


def test_any_pair_is_spelled_by_its_factors() -> None:
    p, q = start(), start()
    mine = walk(p, optim.Ruled([p], "heavy_ball*unit", {"lr": 0.1, "momentum": 0.7}))
    theirs = walk(q, torch.optim.SGD([q], lr=0.1, momentum=0.7))
    torch.testing.assert_close(mine, theirs, rtol=1e-12, atol=1e-14)


def test_the_rate_of_any_rule_may_stand_by_itself() -> None:
    """Frameworks hand every optimizer lr=..."""
    p, q = start(), start()
    mine = walk(p, optim.Ruled([p], "lion", lr=0.2))
    assert torch.equal(mine, walk(q, optim.Ruled([q], "lion", {"lr": 0.2})))
    with pytest.raises(InputError, match="lr is -1"):
        optim.Ruled([start()], "lion", lr=-1.0)


def test_groups_may_follow_different_rules() -> None:
    p, q = start(), start()
    optimizer = optim.Ruled([{"params": [p]}, {"params": [q], "rule": "sgd", "lr": 0.5}], "lion")
    p.grad, q.grad = gradients()[0], gradients()[1]
    optimizer.step()
    torch.testing.assert_close(p.detach(), 1 - 1e-4 * p.grad.sign())
    torch.testing.assert_close(q.detach(), 1 - 0.5 * q.grad)


def test_unknown_rules_and_numbers_are_named_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="rmsprop"):
        optim.Ruled([start()], "rmspropp")
    with pytest.raises(InputError, match="momentum"):
        optim.Ruled([start()], "momentum", {"momentun": 0.9})
