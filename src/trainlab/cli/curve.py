"""Curves in a terminal: a band and the line in it, in braille dots (2 x 4 to a cell) or in ASCII.

x runs over the whole of a training from the start, so that a growing curve never changes its scale
from left to right; y shows what there is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rich.text import Text

from trainlab.cli.glyphs import Glyphs
from trainlab.cli.numerals import brief

__all__ = ["Frame", "Point", "draw"]

DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""The bit of each dot of a braille cell: four rows from the top, two columns."""
LABEL = 7


@dataclass(frozen=True, slots=True)
class Point:
    """One moment: the middle of the members and their range."""

    x: float
    low: float
    mid: float
    high: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """What a picture spans: cells, and the values at its edges."""

    width: int
    """Cells, labels included."""
    height: int
    x_end: float
    title: str = ""
    log: bool = False
    """Whether y is drawn by its logarithm."""
    from_zero: bool = False
    """Whether y begins at 0."""


@dataclass(slots=True)
class _Canvas:
    """Dots of a picture: columns from the left, rows from the top; each belongs to line or band."""

    columns: int
    rows: int
    line: set[tuple[int, int]]
    band: set[tuple[int, int]]


def draw(points: Sequence[Point], frame: Frame, glyphs: Glyphs) -> list[Text]:
    """Draw the points as `frame.height` lines of text, with the range of y on the left."""
    across, down = (2, 4) if glyphs.braille else (1, 1)
    cells = max(4, frame.width - LABEL - 2)
    shown = [point for point in points if math.isfinite(point.mid)]
    bottom, top = _span(shown, log=frame.log)
    if frame.from_zero:
        bottom = min(bottom, 0.0)
    canvas = _plot(shown, frame, (cells * across, frame.height * down), (bottom, top))
    labels = [""] * frame.height
    labels[0], labels[-1] = brief(top), brief(bottom)
    lines = [
        Text.assemble((f"{label:>{LABEL}} ", "dim"), (glyphs.tick if label else glyphs.axis, "dim"))
        for label in labels
    ]
    for row, line in enumerate(lines):
        for column in range(cells):
            sign, style = _cell(canvas, column, row, glyphs)
            line.append(sign, style)
    return lines


def _span(points: Sequence[Point], *, log: bool) -> tuple[float, float]:
    """Give the range of y: of the line and, as far as it is finite, of the band."""
    values = [y for point in points for y in (point.low, point.mid, point.high)]
    finite = [y for y in values if math.isfinite(y) and (y > 0 or not log)]
    if not finite:
        return (0.1, 1.0) if log else (0.0, 1.0)
    bottom, top = min(finite), max(finite)
    if bottom == top:
        bottom, top = bottom - abs(bottom) / 10, top + abs(top) / 10
    return (bottom, top) if bottom < top else (0.0, 1.0)


def _plot(
    points: Sequence[Point], frame: Frame, size: tuple[int, int], edges: tuple[float, float]
) -> _Canvas:
    """Place the dots: between two points the line and the edges of the band are straight."""
    columns, rows = size
    canvas = _Canvas(columns, rows, set(), set())
    for column, point in _resampled(points, frame.x_end, columns):
        row = _height_of(point.mid, edges, rows, log=frame.log)
        canvas.line.add((column, row))
        ends = [_height_of(y, edges, rows, log=frame.log) for y in (point.high, point.low)]
        canvas.band.update((column, at) for at in range(ends[0], ends[1] + 1))
    _joined(canvas)
    return canvas


def _resampled(points: Sequence[Point], x_end: float, columns: int) -> Iterator[tuple[int, Point]]:
    """Give one point for each column of dots between the first and the last point."""
    if not points:
        return
    last = max(columns - 1, 1)
    places = [round(last * min(point.x / x_end, 1.0)) if x_end > 0 else 0 for point in points]
    yield places[0], points[0]
    for (at, here), (until, there) in pairwise(zip(places, points, strict=True)):
        for column in range(at + 1, until + 1):
            yield column, _between(here, there, (column - at) / (until - at))


def _between(here: Point, there: Point, share: float) -> Point:
    """Give the point at a share of the way."""
    ends = zip(
        (here.x, here.low, here.mid, here.high),
        (there.x, there.low, there.mid, there.high),
        strict=True,
    )
    return Point(*(a + share * (b - a) for a, b in ends))


def _height_of(value: float, edges: tuple[float, float], rows: int, *, log: bool) -> int:
    """Give the row of a value, 0 at the top; values outside stand on the edge."""
    bottom, top = edges
    if not math.isfinite(value):
        return 0
    if log:
        bottom, top, value = math.log(bottom), math.log(top), math.log(max(value, bottom))
    if not top > bottom:  # so near each other that their logarithms are one number
        return rows // 2
    share = (value - bottom) / (top - bottom)
    return round((rows - 1) * (1 - min(max(share, 0.0), 1.0)))


def _joined(canvas: _Canvas) -> None:
    """Fill the steps of the line, so that a steep line has no holes."""
    dots = sorted(canvas.line)
    for (_, row), (column, below) in pairwise(dots):
        step = 1 if below > row else -1
        canvas.line.update((column, at) for at in range(row + step, below, step))


def _cell(canvas: _Canvas, column: int, row: int, glyphs: Glyphs) -> tuple[str, str]:
    """Give the sign and the style of one cell; where the line passes, the cell is the line's."""
    if not glyphs.braille:
        if (column, row) in canvas.line:
            return "*", "line"
        return (":", "band") if (column, row) in canvas.band else (" ", "")
    line, band = (_braille(dots, column, row) for dots in (canvas.line, canvas.band))
    if line:
        return chr(0x2800 + line), "line"
    return (chr(0x2800 + band), "band") if band else (" ", "")


def _braille(dots: set[tuple[int, int]], column: int, row: int) -> int:
    """Give the bits of the dots in one cell."""
    return sum(
        bit
        for down, bits in enumerate(DOTS)
        for across, bit in enumerate(bits)
        if (2 * column + across, 4 * row + down) in dots
    )
