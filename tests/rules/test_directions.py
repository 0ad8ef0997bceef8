"""Each direction on a constant gradient, where its closed form is known; float64."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from trainlab.rules import DIRECTIONS, pair

G, STEPS = 3.0, 8

CLOSED: dict[str, Callable[[int], float]] = {
    "steepest": lambda t: G,
    "heavy_ball": lambda t: G * (1 - 0.9**t) / (1 - 0.9),
    "dampened": lambda t: G,
    "nesterov": lambda t: G * (1 - 0.9 ** (t + 1)) / (1 - 0.9),
    "smoothed": lambda t: G * (1 - 0.9**t),
    "averaged": lambda t: G,
    "sign_of_average": lambda t: 1.0,
}


def walk(name: str) -> list[float]:
    """Give the first steps along a constant gradient, with lr 1 and no preconditioner."""
    rule, g = pair(name, "unit", {"lr": 1.0}), torch.full((1, 1), G, dtype=torch.float64)
    slots, steps = rule.init(g), []
    for t in range(1, STEPS + 1):
        amount, slots = rule.step(g, slots, {"t": t})
        steps.append(amount.item())
    return steps


@pytest.mark.parametrize("name", CLOSED)
def test_a_direction_is_its_closed_form(name: str) -> None:
    assert walk(name) == pytest.approx([CLOSED[name](t) for t in range(1, STEPS + 1)], rel=1e-12)


def test_averaged_nesterov_warms_its_momentum_up() -> None:
    """Dozat 2016, section 4, by its sums: (1 - mu) g / (1 - prod) + ahead m / (1 - prod ahead)."""

    def mu(t: int) -> float:
        return 0.9 * (1 - 0.5 * 0.96 ** (0.004 * t))

    expected, prod = [], 1.0
    for t in range(1, STEPS + 1):
        prod *= mu(t)
        m = G * (1 - 0.9**t)
        expected.append((1 - mu(t)) / (1 - prod) * G + mu(t + 1) / (1 - prod * mu(t + 1)) * m)
    assert walk("averaged_nesterov") == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("dampening", [0.0, 0.3, 0.9])
def test_dampened_takes_the_first_gradient_whole(dampening: float) -> None:
    """m_t = momentum^(t - 1) g + (1 - dampening) (1 - momentum^(t - 1)) / (1 - momentum) g."""
    rule = pair("dampened", "unit", {"lr": 1.0, "momentum": 0.8, "dampening": dampening})
    g = torch.full((1, 1), G, dtype=torch.float64)
    slots, steps = rule.init(g), []
    for t in range(1, STEPS + 1):
        amount, slots = rule.step(g, slots, {"t": t})
        steps.append(amount.item())
    fade = [0.8 ** (t - 1) for t in range(1, STEPS + 1)]
    assert steps == pytest.approx(
        [G * (f + (1 - dampening) * (1 - f) / (1 - 0.8)) for f in fade], rel=1e-12
    )


def test_every_direction_is_tested() -> None:
    assert {*CLOSED, "averaged_nesterov"} == set(DIRECTIONS)
