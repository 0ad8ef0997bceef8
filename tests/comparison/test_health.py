from __future__ import annotations

import pytest

from tests.comparison.made import compared, moons, rates, scored
from trainlab.comparison.health import findings, rise

FALLS, RISES = scored(0.2, [1.0, 0.4, 0.2]), scored(0.6, [1.0, 0.2, 0.6])
LOST = scored(0.0, [1.0], "diverged")


def test_a_rise_is_the_end_over_the_lowest() -> None:
    assert rise(FALLS) == 1
    assert rise(RISES) == pytest.approx(3)
    assert rise(scored(0.1)) == 1
    assert rise(scored(0.1, [1.0, 1e-9, 2e-9])) == pytest.approx(4e-8)  # nothing, of 1


def test_healthy_arms_are_not_spoken_of() -> None:
    assert list(findings({"a": [FALLS, FALLS, RISES], "b": []})) == []


def test_who_diverged_and_who_overfits_is_told() -> None:
    lost, fat = findings({"a": [FALLS, LOST], "b": [RISES, RISES, FALLS]})
    assert lost == "a: 1 of 2 runs diverged"
    assert fat.startswith("b overfits: its validation loss ends at 3 times its lowest (median)")


def test_a_comparison_notes_what_was_found_of_its_arms() -> None:
    recipe = moons(network={"name": "mlp", "widths": [6], "activation": "identity"})
    found = compared(rates(0.1, 1e30, recipe=recipe), seeds=3)
    assert "lr=1e+30: 3 of 3 runs diverged" in found.notes
