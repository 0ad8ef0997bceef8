"""SGD where the parameters lie: with torch's own class as the oracle, to the bit."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from trainlab import optim
from trainlab.optim.in_lists import Around, step_with_momentum, step_without_slots
from trainlab.rules import RULES, pair

OPTIONS: list[dict[str, Any]] = [
    {},
    {"weight_decay": 0.1},
    {"weight_decay": 0.1, "maximize": True},
    {"momentum": 0.9, "weight_decay": 0.1},
    {"momentum": 0.9, "dampening": 0.5, "maximize": True},
    {"momentum": 0.9, "nesterov": True},
]


def walked(source: Any, options: dict[str, Any]) -> list[Tensor]:
    draw = torch.Generator().manual_seed(0)
    params = [nn.Parameter(torch.randn(shape, generator=draw)) for shape in [(4, 3), (5,), ()]]
    optimizer = source.SGD(params, lr=0.1, **options)
    for _ in range(5):
        for p in params:
            p.grad = torch.randn(p.shape, generator=draw)
        optimizer.step()
    return [p.detach() for p in params]


@pytest.mark.parametrize("options", OPTIONS)
def test_steps_are_torchs(options: dict[str, Any]) -> None:
    for mine, other in zip(walked(optim, options), walked(torch.optim, options), strict=True):
        torch.testing.assert_close(mine, other, rtol=1e-6, atol=1e-7)
        assert options.get("momentum") or torch.equal(mine, other)


def test_decay_beside_the_rule_is_multiplied_by_lr() -> None:
    p = nn.Parameter(torch.full((2,), 2.0))
    p.grad = torch.ones(2)
    with torch.no_grad():
        assert step_without_slots(RULES["sgd"], [p], {"lr": 0.5}, Around(decay=0.2, decoupled=True))
    assert p.tolist() == pytest.approx([2 * (1 - 0.5 * 0.2) - 0.5] * 2)


def test_other_rules_and_rates_that_are_tensors_are_left_to_rows() -> None:
    p = nn.Parameter(torch.ones(2))
    p.grad = torch.ones(2)
    rate = {"lr": torch.tensor(0.5), "momentum": 0.9}
    assert not step_without_slots(RULES["momentum"], [p], {"lr": 0.5}, Around())
    assert not step_without_slots(pair("steepest", "rms"), [p], {"lr": 0.5}, Around())
    assert not step_without_slots(RULES["sgd"], [p], rate, Around())
    for name in ("adam", "momentum"):
        assert not step_with_momentum(RULES[name], ([p], [p.grad], []), 1, rate, Around())
    assert p.tolist() == [1.0, 1.0]


def test_plain_sgd_keeps_nothing() -> None:
    p, idle = nn.Parameter(torch.ones(2)), nn.Parameter(torch.ones(2))
    optimizer = optim.SGD([{"params": [p]}, {"params": [idle]}], lr=0.1)
    p.grad = torch.ones(2)
    optimizer.step()
    assert optimizer.state_dict()["state"] == {}
    assert idle.tolist() == [1.0, 1.0]


@pytest.mark.parametrize("options", [{}, {"momentum": 0.9}, {"momentum": 0.9, "nesterov": True}])
def test_weights_of_another_memory_format_are_stepped_as_torchs(options: dict[str, Any]) -> None:
    """The momentum lies in rows; torch's kernel would read it in the order of the weights."""
    g = torch.randn(4, 3, 2, 2, generator=torch.Generator().manual_seed(0))
    mine, other = (
        nn.Parameter(torch.ones(4, 3, 2, 2).to(memory_format=torch.channels_last)) for _ in range(2)
    )
    for source, p in ((optim, mine), (torch.optim, other)):
        optimizer = source.SGD(
            [p, nn.Parameter(torch.ones(2))], lr=0.1, weight_decay=0.1, **options
        )
        for t in range(4):
            form = torch.channels_last if t % 2 else torch.contiguous_format
            p.grad = (g + t).to(memory_format=form)
            optimizer.step()
    torch.testing.assert_close(mine, other, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("decoupled", [False, True])
@pytest.mark.parametrize(("rule", "hyper"), [("lion", {}), ("swats", {"settle": 10.0})])
def test_where_parameters_lie_steps_are_those_of_rows(
    rule: str, hyper: dict[str, float], decoupled: bool
) -> None:
    """What does not lie in order is gathered into a row, and stepped by the rule's own way."""

    def walk(order: torch.memory_format) -> Tensor:
        draw = torch.Generator().manual_seed(0)
        start = torch.randn(2, 3, 4, 5, generator=draw, dtype=torch.float64)
        params = [nn.Parameter(start.to(memory_format=order)), nn.Parameter(start[0, 0, 0].clone())]
        optimizer = optim.Ruled(
            params, rule, hyper, lr=0.05, weight_decay=0.1, maximize=True,
            decoupled_weight_decay=decoupled,
        )  # fmt: skip
        for _ in range(6):
            for p in params:
                p.grad = torch.randn(p.shape, generator=draw, dtype=torch.float64)
            optimizer.step()
        assert optimizer.state[params[1]].get("switched", 1) == 1
        return torch.cat([p.detach().flatten() for p in params])

    found = [walk(order) for order in (torch.contiguous_format, torch.channels_last)]
    torch.testing.assert_close(*found, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("rule", ["momentum", "nesterov"])
def test_a_momentum_of_nothing_is_plain_sgd(rule: str) -> None:
    p = nn.Parameter(torch.ones(3))
    p.grad = torch.full((3,), 2.0)
    optimizer = optim.Ruled([p], rule, {"momentum": 0.0}, lr=0.1)
    for _ in range(2):
        optimizer.step()
    assert p.tolist() == pytest.approx([0.6] * 3)
