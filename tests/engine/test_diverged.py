from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from trainlab.engine.diverged import first_non_finite
from trainlab.engine.population import populate
from trainlab.losses import LOSSES


class Root(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x.clamp_min(0).sqrt()


squared = LOSSES["mse"]


def build(seed: int) -> nn.Module:
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(3, 3), Root(), nn.Linear(3, 1))


@pytest.mark.parametrize(
    ("break_it", "found"),
    [
        ("input", "the input"),
        ("target", "the target"),
        ("weight", "weight 0.weight"),
        ("output", "output of 0 (Linear)"),
        ("gradient", "gradient of 0.weight"),
    ],
)
def test_the_first_tensor_is_named(break_it: str, found: str) -> None:
    population = populate(build, range(2), torch.device("cpu"))
    x, y = torch.ones(2, 4, 3), torch.ones(2, 4, 1)
    weights = population.layout.unpack(population.theta)
    if break_it == "input":
        x[1, 0, 0] = torch.nan
    elif break_it == "target":
        y[1, 0, 0] = torch.inf
    elif break_it == "weight":
        weights["0.weight"][1, 0, 0] = torch.nan
    elif break_it == "output":
        weights["0.weight"][1].fill_(3e38)
    else:
        weights["0.weight"][1].zero_()
        weights["0.bias"][1].zero_()
    assert first_non_finite(population, 1, (x, y), squared) == found


def test_nothing_is_left_behind() -> None:
    population = populate(build, range(2), torch.device("cpu"))
    before = population.theta.clone()
    first_non_finite(population, 0, (torch.ones(2, 4, 3), torch.ones(2, 4, 1)), squared)
    assert torch.equal(population.theta, before)
    assert not list(population.module[0]._forward_hooks)
