from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainlab.cli.numerals import brief, count, decimals, duration, number, plain, with_spread


@pytest.mark.parametrize(
    ("mean", "spread", "text"),
    [
        (0.97223, 0.00412, "0.9722 +- 0.0041"),
        (152.4, 12.3, "152 +- 12"),
        (0.97223, None, "0.9722"),
        (0.97223, math.nan, "0.9722"),
        (1.5e-9, 2e-10, "1.5e-09 +- 2e-10"),
        (1.73e-5, 1.1e-6, "1.73e-05 +- 1.1e-06"),
        (0.0, 0.0, "0.0000 +- 0.0000"),
        (0.5, 0.0, "0.5000 +- 0.0000"),
    ],
)
def test_a_mean_has_the_decimals_of_its_spread(mean: float, spread: float, text: str) -> None:
    assert with_spread(mean, spread) == text


@given(st.floats(1e-5, 1e4), st.floats(1e-5, 1e4))
def test_the_printed_spread_is_right_to_one_part_in_ten(mean: float, spread: float) -> None:
    _, _, printed = with_spread(mean, spread).partition(" +- ")
    assert float(printed) == pytest.approx(spread, rel=0.06 if spread < 1e3 else 1e-2, abs=0.5)


@given(st.floats(1e-7, 10))
def test_decimals_show_two_figures(spread: float) -> None:
    assert 10 ** -decimals(spread) <= spread


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.10434, "0.1043"), (12.312, "12.31"), (1234.4, "1234"), (3.2e-5, "3.2e-05"), (0, "0")],
)
def test_four_figures(value: float, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.44, "0.4 s"),
        (14.2, "14.2 s"),
        (185, "3 min 05 s"),
        (59.99, "60.0 s"),
        (7620, "2 h 07 min"),
    ],
)
def test_durations_have_two_units(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_small_words() -> None:
    assert (count(17226), plain(30.0), plain(21.5)) == ("17,226", "30", "21.5")
    assert (brief(1.7261), brief(0.00003), brief(123456)) == ("1.73", "3e-5", "1.23e5")
