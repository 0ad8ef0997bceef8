"""Curves on which finders fail: each has one right answer that is known by construction."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainlab.check.learning_rate.curve import Curve, Floats, Range, Refusal

SEEDS = 5
START = 2.3


def curve(
    law: Callable[[Floats], Floats],
    *,
    noise: float = 0.0,
    low: float = 1e-6,
    high: float = 10.0,
    points: int = 24,
) -> Curve:
    """Make a curve from a law of u = log10 of the rate, with noise that differs by seed."""
    rates = np.geomspace(low, high, points)
    draws = np.random.default_rng(3).normal(size=(points, SEEDS))
    loss = START * law(np.log10(rates))[:, None] + noise * draws
    return Curve(rates, loss, np.full(SEEDS, START))


def fall(u: Floats, at: float, depth: float = 0.9) -> Floats:
    """Fall from 1 by `depth`, half of it at log rate `at`."""
    return 1 - depth / (1 + np.exp(-4 * (u - at)))


def cliff(u: Floats, at: float, to: float = math.nan) -> Floats:
    return np.where(u < at, 0.0, to)


def valley(u: Floats) -> Floats:
    return fall(u, -2) + cliff(u, 0.1)


def wavy(wave: float, u: Floats) -> Floats:
    return valley(u) + 0.08 * np.sin(9 * u + wave)


def read(found: Range | Refusal) -> Range:
    assert isinstance(found, Range), found
    return found


def why(found: Range | Refusal) -> str:
    assert isinstance(found, Refusal), found
    return found.why


def test_the_range_of_a_valley() -> None:
    found = read(curve(valley, noise=0.01).read())
    assert found.lowest == pytest.approx(1e-2, rel=0.5)
    assert 0.1 < found.best < 0.9  # the lowest loss is at 0.9, the cliff at 1.26
    assert found.edge is not None and found.best <= found.edge < 1.26
    assert found.steepest == pytest.approx(1e-2, rel=1.0)
    assert found.decrease == pytest.approx(0.9, abs=0.05)
    assert len(found.bests) == SEEDS and found.spread < 0.2


def test_noise_at_tiny_rates_is_not_the_steepest_place() -> None:
    """The log grid that misleads a slope by the rate itself, in both of the usual finders."""
    found = curve(lambda u: fall(u, -0.5) + cliff(u, 0.8), noise=2e-3, low=1e-8, points=100)
    middle = np.median(found.loss, axis=1)
    kept = np.isfinite(middle)
    by_rate = found.rates[np.gradient(middle[kept], found.rates[kept]).argmin()]
    by_index = found.rates[np.gradient(middle[kept]).argmin()]
    assert by_rate < 1e-6
    assert by_index == pytest.approx(10**-0.5, rel=0.5)
    assert read(found.read()).steepest == pytest.approx(10**-0.5, rel=0.5)


def test_a_spike_down_at_tiny_rates_is_smoothed_away() -> None:
    found = curve(valley, noise=0.01)
    found.loss[3, :2] = 0.05 * START  # two of five seeds: the median does not see them
    assert read(found.read()).best > 0.1
    deep = curve(valley, noise=0.01)
    deep.loss[3] = 0.3 * START  # all seeds, one rate: the steepest fall of the raw curve
    assert read(deep.read()).best > 0.1


def test_a_plateau_gives_its_middle() -> None:
    found = curve(lambda u: fall(u, -4, 0.8) + np.where(u > -1, 0.8, 0.0), noise=1e-4)
    best = math.log10(read(found.read()).best)
    assert -2.9 < best < -1.6  # flat from about -3 to -1


def test_a_noisy_curve_that_is_not_monotone() -> None:
    for wave in (0.0, 1.0, 2.0, 3.0):
        found = curve(partial(wavy, wave), noise=0.15 * START)
        result = read(found.read())
        assert 0.02 < result.best < 1.2
        assert result.lowest is not None and 1e-3 < result.lowest < 0.1


@pytest.mark.parametrize("level", [1.0, 1.5, 100.0])
def test_a_curve_that_climbs_without_diverging_has_an_edge(level: float) -> None:
    found = read(curve(lambda u: np.where(u < 0, fall(u, -2), level), noise=0.01).read())
    assert found.edge is not None
    assert 0.1 < found.best < found.edge < 1.5


def test_below_the_edge_no_seed_diverges() -> None:
    found = curve(valley)
    found.loss[15, 2] = np.inf  # one seed of five, at 0.0367
    result = read(found.read())
    assert result.edge is not None and result.edge < found.rates[15]
    assert result.best <= result.edge


def test_what_is_left_to_luck_lies_beyond_the_edge() -> None:
    """From 0.1 on some seeds learn and some do not; the median still looks well."""
    found = curve(lambda u: fall(u, -2))
    found.loss[found.rates > 0.1, :2] = START
    result = read(found.read())
    assert result.edge is not None and result.best <= result.edge < 0.2
    assert found.beyond() is None
    dead = curve(valley, noise=0.01)
    dead.loss[: dead.stable, 0] = START  # a seed that never learns does not judge the others
    edge = read(dead.read()).edge
    assert edge is not None and edge > 0.3


def test_one_rate_at_which_a_seed_fails_is_beyond_the_edge() -> None:
    """Smoothed over its neighbours it would still pass for half learned."""
    found = curve(lambda u: fall(u, -4, 0.8))
    whole = read(found.read())
    found.loss[18, 3] = START  # one seed of five, at 0.301, between rates at which it is fine
    result = read(found.read())
    assert whole.edge is None
    assert result.edge == pytest.approx(found.rates[17], rel=0.05)  # places lie 0.02 decades apart
    assert result.best < result.edge


def test_a_loss_that_rises_at_once_asks_for_lower_rates() -> None:
    found = curve(lambda u: 2 + 10 ** (u + 3))
    refused = found.read()
    assert isinstance(refused, Refusal)
    assert refused.why == "rises" and refused.next_step.startswith(
        "try lower ones, say --from 1e-10"
    )
    assert found.beyond() == "lower"


def test_what_diverges_at_once_is_refused() -> None:
    found = curve(lambda u: np.full_like(u, np.nan))
    assert why(found.read()) == "diverges"
    assert found.beyond() == "lower"
    one = curve(valley)
    one.loss[:, 0] = np.inf
    refused = one.read()
    assert isinstance(refused, Refusal) and "1 of 5 seeds" in refused.what


def test_flat_then_diverging_is_refused_and_says_where() -> None:
    found = curve(lambda u: np.ones_like(u) + cliff(u, -1.0))
    refused = found.read()
    assert isinstance(refused, Refusal)
    assert refused.why == "flat" and "it diverges" in refused.what
    assert found.beyond() is None


def test_flat_to_the_end_asks_for_higher_rates() -> None:
    found = curve(np.ones_like)
    assert why(found.read()) == "flat"
    assert found.beyond() == "higher"


def test_an_optimum_to_begin_with_is_refused() -> None:
    """Every step leads away from it."""
    assert why(curve(lambda u: 1 + 10 ** (u + 3)).read()) == "flat"
    nothing_to_lose = Curve(np.geomspace(1e-4, 1, 9), np.zeros((9, 3)), np.zeros(3))
    assert why(nothing_to_lose.read()) == "flat"


def test_noise_alone_is_refused() -> None:
    rates, start = np.geomspace(1e-6, 10, 24), np.full(SEEDS, START)
    draws = 0.05 * np.random.default_rng(0).normal(size=(200, 24, SEEDS))
    found = [Curve(rates, START * (1 + draw), start).read() for draw in draws]
    assert sum(isinstance(each, Range) for each in found) <= 4
    assert {each.why for each in found if isinstance(each, Refusal)} == {"flat", "noise"}


def test_a_best_at_the_end_asks_for_more() -> None:
    assert curve(lambda u: fall(u, -2)).beyond() == "higher"
    assert curve(lambda u: 1 - fall(u, -4, 0.9)).beyond() == "lower"
    assert curve(valley).beyond() is None
    open_above = read(curve(lambda u: fall(u, -2)).read())
    assert open_above.edge is None
    assert read(curve(lambda u: 1 - fall(u, -4)).read()).lowest is None


def test_one_seed_has_no_spread() -> None:
    whole = curve(valley)
    found = read(Curve(whole.rates, whole.loss[:, :1], whole.start[:1]).read())
    assert math.isnan(found.spread)


@given(
    scale=st.floats(1e-3, 1e3),
    shift=st.sampled_from([-2, -1, 1, 2]),
)
def test_units_of_the_loss_do_not_matter_and_rates_shift(scale: float, shift: int) -> None:
    one = curve(valley, noise=0.01)
    other = Curve(one.rates * 10.0**shift, one.loss * scale, one.start * scale)
    a, b = read(one.read()), read(other.read())
    assert b.best == pytest.approx(a.best * 10.0**shift, rel=0.06)  # two figures
    assert b.lowest == pytest.approx((a.lowest or 0) * 10.0**shift)
    assert b.decrease == pytest.approx(a.decrease)


def test_the_smooth_curve_is_the_formula() -> None:
    found = curve(valley, noise=0.01)
    at = np.array([-2.0, -0.3])
    q = np.median(found.shares, axis=1)
    for u, value in zip(at, found.smooth(q, at), strict=True):
        w = [math.exp(-(((u - math.log10(rate)) / 0.25) ** 2) / 2) for rate in found.rates]
        assert value == pytest.approx(sum(a * b for a, b in zip(w, q, strict=True)) / sum(w))
