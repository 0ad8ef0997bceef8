from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from tests.engine.test_lean import counted, gradient_of
from trainlab.engine import traced
from trainlab.engine.traced import Replayed

aten = torch.ops.aten

STEPS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "add": lambda a, b: a + b,
    "twice the same": lambda a, b: a * a,
    "sine": lambda a, b: a.sin(),
    "relu": lambda a, b: a.relu(),
    "turned": lambda a, b: a.transpose(1, 2),
    "its own transpose": lambda a, b: a + a.transpose(1, 2),
    "product": lambda a, b: torch.bmm(a, b) / 4,
    "less its largest": lambda a, b: a - a.amax(2, keepdim=True),
    "first row": lambda a, b: b * a[:, :1].expand(-1, 4, -1),
    "halves": lambda a, b: torch.cat([h.cos() for h in a.split(2, 2)][::-1], 2),
    "over itself": lambda a, b: a.clone().mul_(b),
    "ones": lambda a, b: torch.ones_like(a) / 2 + b,
    "halves of ones": lambda a, b: torch.cat(torch.ones_like(a).split(2, 2), 2) + b,
    "zeros that change": lambda a, b: torch.zeros_like(a).add_(b),
    "where": lambda a, b: torch.where(a > b, a, -b),
    "cubes": lambda a, b: b.pow(3).tanh(),
}


def recorded(function: Callable[..., Any], *inputs: Tensor) -> Callable[..., Any]:
    """Record with places, without the check that would fall back to a plain recording."""
    recording = traced._recorded(function, inputs, spare=True)
    assert recording is not None
    return recording


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 9)), max_size=12))
def test_any_program_gives_the_bits_of_the_original(steps: list[tuple[str, int]]) -> None:
    def program(x: Tensor, y: Tensor) -> list[Tensor]:
        made = [x, y]
        for name, place in steps:
            made.append(STEPS[name](made[-1], made[place % len(made)]))
        return [made[-1], made[len(made) // 2].sum(0)]

    draw = torch.Generator().manual_seed(0)
    replayed = recorded(program, *torch.randn(2, 3, 4, 4, generator=draw))
    kept: list[tuple[list[Tensor], list[Tensor]]] = []
    for _ in range(3):
        x, y = torch.randn(2, 3, 4, 4, generator=draw)
        kept.append((replayed(x, y), program(x, y)))
    assert all(
        torch.equal(found, expected) for both in kept for found, expected in zip(*both, strict=True)
    )


LAYERS = {
    "tanh": nn.Tanh(),
    "gelu": nn.GELU(),
    "silu": nn.SiLU(),
    "elu": nn.ELU(),
    "leaky": nn.LeakyReLU(),
    "softmax": nn.Softmax(dim=1),
    "layer norm": nn.LayerNorm(7),
}


@pytest.mark.parametrize("name", LAYERS)
def test_the_gradient_has_the_bits_of_the_original(name: str) -> None:
    module = nn.Sequential(nn.Linear(5, 7), LAYERS[name], nn.Linear(7, 3))
    function = gradient_of(module)
    n = sum(p.numel() for p in module.parameters())
    x = torch.randn(4, 6, 5)
    recording = recorded(function, torch.randn(4, n), x)
    for theta in torch.randn(3, 4, n):
        assert torch.equal(recording(theta, x), function(theta, x))


def test_nothing_on_the_way_asks_for_memory() -> None:
    def function(x: Tensor) -> Tensor:
        return (((x.sin() + 1).exp() * x).tanh().sum(1, keepdim=True) - x).sum()

    x = torch.randn(3, 4)
    recording = recorded(function, x)
    assert torch.equal(recording(x), function(x))
    asked = [op for op in counted(recording, x) if "out" not in str(op)]
    assert asked == [aten.sum.default]


def test_another_type_or_shape_has_places_of_its_own() -> None:
    def function(x: Tensor) -> Tensor:
        return (x.sin() * 2).cos()

    replayed = Replayed(function)
    for x in (torch.randn(3), torch.randn(5), torch.randn(3, dtype=torch.float64)):
        assert torch.equal(replayed(x), function(x))
        assert replayed(x).dtype == x.dtype
