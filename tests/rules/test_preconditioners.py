"""Each preconditioner on a constant gradient, where its closed form is known; float64."""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt

import pytest
import torch

from trainlab.rules import PRECONDITIONERS, pair

G, STEPS, EPS = 3.0, 8, 1e-3

CLOSED: dict[str, Callable[[int], float]] = {
    "unit": lambda t: 1.0,
    "summed": lambda t: 1 / (G * sqrt(t) + EPS),
    "rms": lambda t: 1 / (G * sqrt(1 - 0.9**t) + EPS),
    "rms_centred": lambda t: 1 / (G * sqrt((1 - 0.9**t) * 0.9**t) + EPS),
    "rms_debiased": lambda t: 1 / (G + EPS),
    "rms_peak": lambda t: 1 / (G + EPS),
    "decayed_max": lambda t: 1 / (G + EPS),
}


def scales(name: str, g: list[float]) -> list[float]:
    """Give the scale that each gradient of a sequence is multiplied with."""
    rule = pair("steepest", name, {"lr": 1.0, "beta2": 0.9, "eps": EPS})
    slots, seen = rule.init(torch.zeros(1, 1, dtype=torch.float64)), []
    for t, value in enumerate(g, start=1):
        gradient = torch.full((1, 1), value, dtype=torch.float64)
        amount, slots = rule.step(gradient, slots, {"t": t})
        seen.append(amount.item() / value)
    return seen


@pytest.mark.parametrize("name", CLOSED)
def test_a_preconditioner_is_its_closed_form(name: str) -> None:
    expected = [CLOSED[name](t) for t in range(1, STEPS + 1)]
    assert scales(name, [G] * STEPS) == pytest.approx(expected, rel=1e-11)


def test_unit_matched_is_the_ratio_of_two_averages() -> None:
    v = d = 0.0
    expected = []
    for _ in range(STEPS):
        v = 0.9 * v + 0.1 * G**2
        expected.append(sqrt((d + EPS) / (v + EPS)))
        d = 0.9 * d + 0.1 * (expected[-1] * G) ** 2
    assert scales("unit_matched", [G] * STEPS) == pytest.approx(expected, rel=1e-12)


def test_rms_rectified_begins_where_the_average_is_long_enough() -> None:
    """With beta2 = 0.9, rho <= 5 up to t = 5 (Liu et al. 2020, algorithm 2, line 9)."""
    longest = 2 / (1 - 0.9) - 1
    rho = [longest - 2 * t * 0.9**t / (1 - 0.9**t) for t in range(1, STEPS + 1)]
    plain = [scale == 1.0 for scale in scales("rms_rectified", [G] * STEPS)]
    assert plain == [length <= 5 for length in rho]
    assert any(plain) and not all(plain)


def test_the_peak_remembers_and_the_maximum_fades() -> None:
    spike = [1.0, 100.0, 1.0, 1.0, 1.0]
    assert scales("rms_peak", spike)[-1] < scales("rms_debiased", spike)[-1]
    assert scales("decayed_max", spike)[-1] == pytest.approx(1 / ((100 + EPS) * 0.9**3))


def test_every_preconditioner_is_tested() -> None:
    assert {*CLOSED, "unit_matched", "rms_rectified"} == set(PRECONDITIONERS)
