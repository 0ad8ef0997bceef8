from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainlab.cli.curve import Frame, Point, draw
from trainlab.cli.glyphs import ASCII, UNICODE, Glyphs

FRAME = Frame(width=40, height=6, x_end=10)
FALLING = [Point(x, 0.8 / x, 1 / x, 1.3 / x) for x in range(1, 11)]


@pytest.mark.parametrize("glyphs", [ASCII, UNICODE])
@pytest.mark.parametrize("points", [[], FALLING[:1], FALLING, [Point(1, 2, 2, 2)] * 3])
def test_a_picture_has_its_size(points: list[Point], glyphs: Glyphs) -> None:
    lines = draw(points, FRAME, glyphs)
    assert [line.cell_len for line in lines] == [40] * 6


@given(
    st.lists(
        st.builds(
            lambda x, y, d: Point(x, y - d, y, y + d),
            st.floats(0, 10),
            st.floats() | st.floats(-5, 5),
            st.floats(0, 2) | st.just(math.inf),
        )
    ),
    st.booleans(),
)
def test_any_numbers_can_be_drawn(points: list[Point], log: bool) -> None:
    frame = Frame(width=40, height=5, x_end=10, log=log)
    ordered = sorted(points, key=lambda point: point.x)
    assert len(draw(ordered, frame, UNICODE)) == 5


def test_a_falling_line_falls() -> None:
    lines = [line.plain for line in draw(FALLING, FRAME, ASCII)]
    first = [line.find("*") for line in lines if "*" in line]
    assert first == sorted(first), "the line goes down to the right"
    assert lines[0].split()[0] == "1.3"
    assert lines[-1].split()[0] == "0.08"


def test_a_curve_that_is_half_done_fills_half_of_the_width() -> None:
    half = [Point(x, x, x, x) for x in range(6)]
    ends = max(line.plain.rfind("*") for line in draw(half, FRAME, ASCII))
    assert ends == pytest.approx(9 + 31 / 2, abs=1)


def test_the_band_surrounds_the_line() -> None:
    flat = [Point(x, 0, 1, 2) for x in (0, 10)]
    column = [line.plain[20] for line in draw(flat, Frame(width=40, height=5, x_end=10), ASCII)]
    assert column == [":", ":", "*", ":", ":"]


def test_a_steep_line_has_no_holes() -> None:
    step = [Point(0, 0, 0, 0), Point(5, 0, 0, 0), Point(5.01, 9, 9, 9), Point(10, 9, 9, 9)]
    assert all("*" in line.plain for line in draw(step, FRAME, ASCII))


def test_values_whose_logarithms_are_one_number_are_drawn() -> None:
    values = (1e300, math.nextafter(1e300, math.inf))
    points = [Point(x, y, y, y) for x, y in enumerate(values)]
    frame = Frame(width=30, height=4, x_end=1, log=True)
    assert len(draw(points, frame, ASCII)) == 4
