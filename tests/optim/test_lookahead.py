"""Lookahead against a transcription of the paper's algorithm 1, in float64."""

from __future__ import annotations

import copy
import io
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from trainlab import optim
from trainlab.errors import InputError

INNER: dict[str, Callable[[Any], torch.optim.Optimizer]] = {
    "sgd": lambda params: torch.optim.SGD(params, lr=0.1, momentum=0.5),
    "adam": lambda params: torch.optim.Adam(params, lr=0.05),
    "our adam": lambda params: optim.Adam(params, lr=0.05),
}
TARGET = torch.tensor([1.0, -2.0, 3.0], dtype=torch.float64)


def start() -> list[nn.Parameter]:
    return [nn.Parameter(torch.zeros(3, dtype=torch.float64)), nn.Parameter(TARGET.clone())]


def loss_of(params: list[nn.Parameter], t: int) -> Tensor:
    noise = torch.randn(3, dtype=torch.float64, generator=torch.Generator().manual_seed(t))
    return ((params[0] - TARGET).square() + (params[1] * noise).cosh().log()).sum()


def stepped(optimizer: torch.optim.Optimizer, params: list[nn.Parameter], t: int) -> None:
    optimizer.zero_grad()
    loss_of(params, t).backward()  # type: ignore[no-untyped-call]
    optimizer.step()


@pytest.mark.parametrize("inner", INNER)
@pytest.mark.parametrize(("k", "alpha"), [(1, 0.5), (3, 0.5), (5, 0.8)])
def test_it_is_algorithm_1(inner: str, k: int, alpha: float) -> None:
    ours, theirs = start(), start()
    wrapped, fast = optim.Lookahead(INNER[inner](ours), k=k, alpha=alpha), INNER[inner](theirs)
    phi = [p.detach().clone() for p in theirs]
    for t in range(1, 16):
        stepped(wrapped, ours, t)
        stepped(fast, theirs, t)
        if t % k == 0:
            phi = [s + alpha * (p.detach() - s) for s, p in zip(phi, theirs, strict=True)]
            for p, s in zip(theirs, phi, strict=True):
                p.data.copy_(s)
        for a, b in zip(ours, theirs, strict=True):
            torch.testing.assert_close(a, b, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("inner", INNER)
@pytest.mark.parametrize("done", [0, 4, 6])
def test_a_resumed_optimizer_goes_on_to_the_bit(inner: str, done: int) -> None:
    ours, again = start(), start()
    straight, resumed = (optim.Lookahead(INNER[inner](p), k=3) for p in (ours, again))
    for t in range(done):
        stepped(straight, ours, t)
    file = io.BytesIO()
    torch.save(straight.state_dict(), file)
    file.seek(0)
    resumed.load_state_dict(torch.load(file, weights_only=True))
    for a, b in zip(again, ours, strict=True):
        a.data.copy_(b)
    for t in range(done, 10):
        stepped(straight, ours, t)
        stepped(resumed, again, t)
    assert all(torch.equal(a, b) for a, b in zip(ours, again, strict=True))


def test_a_copy_goes_on_alike() -> None:
    params = start()
    optimizer = optim.Lookahead(optim.SGD(params, lr=0.1), k=2)
    stepped(optimizer, params, 0)
    copied = copy.deepcopy(optimizer)
    own = copied.param_groups[0]["params"]
    assert copied.base.param_groups is copied.param_groups
    for t in range(1, 5):
        stepped(optimizer, params, t)
        stepped(copied, own, t)
    assert all(torch.equal(a, b) for a, b in zip(params, own, strict=True))


def test_a_scheduler_moves_the_rate_of_the_base() -> None:
    params = start()
    optimizer = optim.Lookahead(torch.optim.SGD(params, lr=0.1))
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)
    stepped(optimizer, params, 0)
    scheduler.step()
    assert optimizer.base.param_groups[0]["lr"] == 0.05
    optimizer.load_state_dict(optimizer.state_dict())
    optimizer.param_groups[0]["lr"] = 0.3
    assert optimizer.base.param_groups[0]["lr"] == 0.3


def test_groups_are_added_to_the_base() -> None:
    first, second = start()
    optimizer = optim.Lookahead(torch.optim.SGD([first], lr=0.1), k=1)
    stepped(optimizer, [first, second], 0)
    optimizer.add_param_group({"params": [second], "lr": 0.01})
    stepped(optimizer, [first, second], 1)
    assert [len(group["params"]) for group in optimizer.base.param_groups] == [1, 1]
    assert not torch.equal(second, TARGET)


@pytest.mark.parametrize("options", [{"k": 0}, {"alpha": 0.0}, {"alpha": 1.5}])
def test_what_makes_no_sense_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        optim.Lookahead(torch.optim.SGD(start(), lr=0.1), **options)
