from __future__ import annotations

import torch

from trainlab.rules import RULES


def walk(name: str, rates: list[float]) -> list[float]:
    rule, g = RULES[name], torch.ones(1, 1, dtype=torch.float64)
    slots, steps = rule.init(g), []
    for t, lr in enumerate(rates, start=1):
        amount, slots = rule.step(g, slots, {"t": t, "lr": lr, "momentum": 0.5})
        steps.append(amount.item())
    return steps


def test_a_rate_inside_the_ball_acts_by_and_by() -> None:
    """Outside, a rate of 0 stops at once; inside, the velocity fades."""
    rates = [1.0, 1.0, 0.0, 0.0]
    assert walk("momentum", rates) == [1.0, 1.5, 0.0, 0.0]
    assert walk("momentum_inside", rates) == [1.0, 1.5, 0.75, 0.375]


def test_the_ball_rolls_after_the_division() -> None:
    rule, g = RULES["rmsprop_momentum"], torch.tensor([[3.0]], dtype=torch.float64)
    h = {"lr": 1.0, "beta2": 0.0, "eps": 0.0, "momentum": 0.5}
    slots = rule.init(g)
    steps = []
    for t, scale in enumerate([1.0, 100.0, 1.0], start=1):
        amount, slots = rule.step(scale * g, slots, {**h, "t": t})
        steps.append(amount.item())
    assert steps == [1.0, 1.5, 1.75]  # an outlier is a step of 1 like any other
