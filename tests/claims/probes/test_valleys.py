from __future__ import annotations

import numpy as np
import pytest

from tests.claims.made import ask_of
from trainlab.claims.probes.paths import keys, starts
from trainlab.claims.probes.valleys import BentValley, NarrowValley

BOUNCE = (1.05, 1.5, 1.95)
STRAIGHT = NarrowValley(
    arms={"SGD": ("sgd", 1.0), "momentum": ("momentum", 0.1), "Nesterov": ("nesterov", 0.1)},
    bounce=BOUNCE,
)


def test_sgd_bounces_by_its_closed_form_and_momentum_goes_as_fast_along() -> None:
    """Jumps of c |1 - c|^t sum to c / (2 - c); Nesterov's |root|^2 is 0.9 (1 - 0.1 c)."""
    found = STRAIGHT(ask_of(pairs=4))
    bounce = np.asarray(BOUNCE)
    for row in found.curves["SGD"].y:
        assert row == pytest.approx(bounce / (2 - bounce), rel=1e-6)
    assert np.log(found.values["momentum, updates"] / found.values["SGD, updates"]).std() < 0.1
    assert (found.curves["Nesterov"].y < found.curves["momentum"].y).all()


def test_what_is_judged_is_a_geometric_mean_over_the_rates() -> None:
    found = STRAIGHT(ask_of(pairs=4))
    drawn = found.curves["momentum"].y
    assert found.values["momentum"] == pytest.approx(drawn.prod(axis=1) ** (1 / 3))


def test_updates_down_the_bent_valley_are_those_of_a_descent_by_hand() -> None:
    ask, rate, level, steps = ask_of(pairs=8), 1e-3, 0.5, 300
    found = BentValley(arms={"SGD": "sgd"}, rates=(rate,), level=level, steps=steps)(ask)
    x, y = starts(keys(ask, "start"), (-2, -1), (2, 3)).numpy().T
    losses = []
    for _ in range(steps + 1):
        away = y - x**2
        losses.append((1 - x) ** 2 + 100 * away**2)
        x, y = x + rate * (2 * (1 - x) + 400 * x * away), y - rate * 200 * away
    above = ~(np.asarray(losses) < level)
    last = np.where(above.any(axis=0), steps + 1 - above[::-1].argmax(axis=0), 0)
    by_hand = np.where(last > steps, 2 * steps, last)
    assert found.values["SGD, updates"].tolist() == by_hand.tolist()
    assert 0 < (by_hand == 2 * steps).sum() < len(by_hand)
