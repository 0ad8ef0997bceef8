from __future__ import annotations

import torch
from torch import nn

from trainlab.nn.depth import Residual, branches
from trainlab.nn.dropout import StochasticDepth


def test_a_block_adds_its_branch_to_its_shortcut() -> None:
    x = torch.randn(4, 3)
    branch, shortcut = nn.Linear(3, 3), nn.Linear(3, 3)
    assert torch.equal(Residual(branch)(x), branch(x) + x)
    assert torch.equal(Residual(branch, shortcut)(x), branch(x) + shortcut(x))
    assert torch.equal(Residual(branch, end=nn.ReLU())(x), (branch(x) + x).relu())


def test_a_dropped_branch_leaves_the_shortcut() -> None:
    x = torch.randn(50, 3)
    block = Residual(nn.Linear(3, 3), drop=StochasticDepth(0.5))
    y = block(x)
    dropped = (y == x).all(dim=1)
    assert 0 < dropped.sum() < 50
    torch.testing.assert_close(y[~dropped], (x + 2 * block.branch(x))[~dropped])
    assert torch.equal(block.eval()(x), block.branch(x) + x)


def test_the_expected_depth_falls_linearly() -> None:
    # Huang et al. 2016, section 3: sum over l of 1 - rate * l / L = L - rate * (L + 1) / 2
    blocks = [Residual(nn.Identity(), drop=StochasticDepth(0.5, at / 10)) for at in range(1, 11)]
    x = torch.ones(2000, 1)
    kept = sum(float((block.drop(x) != 0).float().mean()) for block in blocks if block.drop)
    assert abs(kept - (10 - 0.5 * 11 / 2)) < 0.15


def test_branches_are_listed_in_order() -> None:
    first, second = Residual(nn.Linear(2, 2)), Residual(nn.Linear(2, 2))
    assert branches(nn.Sequential(first, nn.ReLU(), second)) == [first.branch, second.branch]
