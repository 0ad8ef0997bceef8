from __future__ import annotations

import math

import pytest

from tests.claims.made import ask_of
from trainlab.claims.claim import Ask, Found
from trainlab.claims.probes.paths import keys
from trainlab.claims.probes.saddles import SaddleEscape, beside
from trainlab.surfaces.functions import DEPTH, GENTLE

RATE, STEPS = 1.9, 1300
"""Enough to grow from 1e-10 to 1, by 1 + 0.01 * rate an update."""


@pytest.fixture(scope="module")
def ask() -> Ask:
    return ask_of(pairs=3)


@pytest.fixture(scope="module")
def found(ask: Ask) -> Found:
    return SaddleEscape(arms={"SGD": ("sgd", 0.0)}, rates=(0.5, RATE, 3.0), steps=STEPS)(ask)


def _by_hand(x: float, y: float, level: float) -> int:
    """Descend with a rate, and count the updates until the loss is below the level."""
    for step in range(STEPS):
        if x * x / 2 + GENTLE * (y**4 / 4 - y * y / 2) < level:
            return step
        x, y = x - RATE * x, y + RATE * GENTLE * (y - y**3)
    raise AssertionError("it did not get there")


def test_starts_are_near_the_saddle_and_hardly_off_the_ridge() -> None:
    x, y = beside(keys(ask_of(pairs=200), "start")).T
    assert (x.abs() <= 1).all() and (y >= 1e-10).all() and (y <= 1e-4).all()
    assert y.log10().std() == pytest.approx(6 / math.sqrt(12), rel=0.15)


def test_updates_are_those_of_a_descent_by_hand(ask: Ask, found: Found) -> None:
    start = beside(keys(ask, "start"))
    by_hand = [_by_hand(x, y, -DEPTH / 2) for x, y in start.tolist()]
    assert found.values["SGD"].tolist() == by_hand


def test_the_distance_from_the_ridge_grows_by_its_closed_form(ask: Ask, found: Found) -> None:
    """By 1 + rate * g an update, while it is small."""
    curve = found.curves["SGD"]
    first = curve.x < 100
    start = beside(keys(ask, "start"))[:, 1:].numpy()
    grown = start * (1 + RATE * GENTLE) ** curve.x[first]
    assert curve.y[:, first] == pytest.approx(grown, rel=1e-4)


def test_the_best_rate_is_taken_and_the_ridge_itself_is_never_left(found: Found) -> None:
    assert found.notes == ("SGD: best rate 1.9; 0 of 3 leave the ridge itself",)


def test_noise_leads_away_sooner_and_from_the_ridge_too(ask: Ask, found: Found) -> None:
    noisy = SaddleEscape(arms={"noisy": ("sgd", 0.01)}, rates=(1.0,), steps=600)(ask)
    assert (noisy.values["noisy"] < found.values["SGD"]).all()
    assert "3 of 3 leave" in noisy.notes[0]
