from __future__ import annotations

import torch

from tests.rules.second_order.once import Once
from trainlab.rules.second_order import guarded


def test_what_torch_leaves_out_without_a_word_is_seen() -> None:
    """d^2/dx^2 of (2 x^2)^2 is 48 x^2; past the guard torch sees 16 x^2 of it."""
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    (g,) = torch.autograd.grad(Once.apply(x**2).square().sum(), x, create_graph=True)
    (bent,) = torch.autograd.grad(g.sum(), x, retain_graph=True)
    assert bent.tolist() == [16.0, 64.0]
    assert guarded(g)
    assert guarded(x.exp(), g)


def test_what_torch_knows_whole_is_free() -> None:
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    (g,) = torch.autograd.grad(x.exp().prod(), x, create_graph=True)
    assert not guarded(g, x.detach(), x)
