"""A path is the rule's own arithmetic, row by row."""

from __future__ import annotations

import pytest
import torch

from trainlab import seeds
from trainlab.rules import RULES
from trainlab.surfaces import rosenbrock, valley, walk

START = torch.tensor([[1.0, 1.0], [-2.0, 0.5]], dtype=torch.float64)


def test_descent_in_a_valley_is_its_closed_form() -> None:
    path = walk(RULES["sgd"], valley(10.0), START, 7, {"lr": 0.15})
    shrinks = torch.tensor([1 - 0.15, 1 - 1.5], dtype=torch.float64)
    for t in range(8):
        torch.testing.assert_close(path[t], START * shrinks**t)


@pytest.mark.parametrize(("rule", "torchs"), [("adam", torch.optim.Adam), ("rmsprop", None)])
def test_a_path_is_torchs(rule: str, torchs: type[torch.optim.Adam] | None) -> None:
    path = walk(RULES[rule], rosenbrock, START[:1], 20, {"lr": 0.02})
    theta = START[:1].clone().requires_grad_()
    optimizer = (torchs or torch.optim.RMSprop)([theta], lr=0.02)
    for t in range(1, 21):
        optimizer.zero_grad()
        rosenbrock(theta).sum().backward()
        optimizer.step()
        torch.testing.assert_close(path[t], theta.detach())


def test_rows_walk_alone_with_their_own_rate_and_noise() -> None:
    keys, lr = seeds.keys([3, 4], "noise"), torch.tensor([[0.01], [0.02]], dtype=torch.float64)
    both = walk(RULES["momentum"], valley(5.0), START, 9, {"lr": lr}, (0.1, keys))
    for row in range(2):
        own = slice(row, row + 1)
        alone = walk(
            RULES["momentum"], valley(5.0), START[own], 9, {"lr": lr[own]}, (0.1, keys[own])
        )
        torch.testing.assert_close(both[:, own], alone, rtol=0, atol=0)
    quiet = walk(RULES["momentum"], valley(5.0), START, 9, {"lr": lr})
    assert (both[1:] != quiet[1:]).all() and torch.equal(both[0], START)
