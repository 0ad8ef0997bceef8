"""What the three frameworks train here: one small network, two epochs, optimizers by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from trainlab import optim

EPOCHS, STEPS, BATCH = 2, 8, 4
"""Steps are counted over all epochs; a framework is stopped and resumed between two epochs."""
CLIP = 0.5
"""Largest norm of a gradient."""

MAKES: dict[str, Callable[[Iterable[nn.Parameter]], Optimizer]] = {
    "SGD": partial(optim.SGD, lr=0.1, momentum=0.9, nesterov=True),
    "RMSprop": partial(optim.RMSprop, lr=0.01, centered=True, momentum=0.5),
    "Adam": partial(optim.Adam, lr=0.01, weight_decay=0.01),
    "AdamW": partial(optim.AdamW, lr=0.01),
    "NAdam": partial(optim.NAdam, lr=0.01),
    "Lion": partial(optim.Lion, lr=0.003, weight_decay=0.1),
    "SWATS": partial(optim.SWATS, lr=0.01, settle=10.0),
    "muon": partial(optim.Ruled, rule="muon", lr=0.02),
    "nesterov * rms": partial(optim.Ruled, rule="nesterov * rms", lr=0.01),
}


def network() -> nn.Sequential:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return nn.Sequential(nn.Linear(5, 16), nn.LayerNorm(16), nn.Tanh(), nn.Linear(16, 3))


def examples() -> tuple[Tensor, Tensor]:
    """Give x [16, 5] and classes y [16]."""
    x = torch.randn(STEPS // EPOCHS * BATCH, 5, generator=torch.Generator().manual_seed(1))
    return x, (x[:, :3] + x[:, 2:]).argmax(dim=1)


def by_hand(make: Callable[[Iterable[nn.Parameter]], Optimizer], gamma: float) -> nn.Module:
    """Train in a plain loop of torch: a rate that falls by gamma a step, a clipped gradient."""
    module = network()
    optimizer = make(module.parameters())
    schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma)
    x, y = examples()
    epoch = list(zip(x.split(BATCH), y.split(BATCH), strict=True))
    for part, told in epoch * EPOCHS:
        optimizer.zero_grad()
        nn.functional.cross_entropy(module(part), told).backward()
        nn.utils.clip_grad_norm_(module.parameters(), CLIP)
        optimizer.step()
        schedule.step()
    return module


def same_bits(one: nn.Module, other: nn.Module) -> bool:
    pairs = zip(one.state_dict().values(), other.state_dict().values(), strict=True)
    return all(torch.equal(a, b) for a, b in pairs)
