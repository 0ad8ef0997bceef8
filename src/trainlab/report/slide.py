"""A figure as SVG: for a slide, a paper, or a page that cannot run Plotly.

It draws the figures of claims, which are Plotly's, at half the width of a slide: lines with bands,
each with its name at its end, and rows of dots. Equal figures give equal bytes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

from trainlab.report.figures import Figure

__all__ = ["slide"]

WIDE, HIGH = 640, 400
TOP, BOTTOM, RIGHT = 16, 54, 16
LINE = 17
"""What a line of text takes, in pixels."""
MANY = 6
"""Rows: the names of more are not broken, since they stand close."""
FEW = 3
"""Ticks: an axis with less than these gets others."""
APART = 2.5
"""Pixels between two points of a line, at least: closer ones are not seen."""
DASHES = {"dash": "9 5", "dot": "2 4", "dashdot": "9 4 2 4", "longdash": "14 6"}
DASHES |= {"longdashdot": "14 5 2 5"}
SIGNS = {
    "square": "-.9,-.9 .9,-.9 .9,.9 -.9,.9",
    "diamond": "0,-1.3 1.3,0 0,1.3 -1.3,0",
    "triangle-up": "0,-1.2 1.1,.8 -1.1,.8",
    "triangle-down": "0,1.2 1.1,-.8 -1.1,-.8",
    "cross": "-.4,-1.2 .4,-1.2 .4,-.4 1.2,-.4 1.2,.4 .4,.4 .4,1.2 -.4,1.2 -.4,.4 -1.2,.4 -1.2,-.4 "
    "-.4,-.4",
}
Point = tuple[float, float]


@dataclass(frozen=True)
class Axis:
    """Where values lie: from `low` to `high` (in log10, if `log`), drawn from `start` to `end`."""

    low: float
    high: float
    log: bool
    start: float
    end: float
    ticks: tuple[tuple[float, str], ...]

    def at(self, value: Any) -> float:
        """Give the place of a value in pixels; nan where it has none."""
        if value is None or (self.log and value <= 0):
            return math.nan
        found = math.log10(value) if self.log else value
        return self.start + (found - self.low) / (self.high - self.low) * (self.end - self.start)


def slide(figure: Figure, name: str) -> str:
    """Draw a figure of lines or of dots by name of the arm; `name` is told to who cannot see it."""
    layout, data = figure["layout"], figure["data"]
    rows = layout["yaxis"].get("type") == "category"
    named = [trace for trace in data if trace.get("name")]
    named = named if len(named) > 1 else []  # a line that stands alone needs no name
    names = _rows(data) if rows else [trace["name"] for trace in named]
    whole = rows and len(names) > MANY
    room = 14 + max([_width(line) for each in names for line in _broken(each, whole)], default=0)
    left, right = (room + 8, RIGHT) if rows else (74, room + 8)
    x = _axis(layout["xaxis"], _values(data, "x"), (left, WIDE - right))
    y = (
        _category(names)
        if rows
        else _axis(layout["yaxis"], _values(data, "y"), (HIGH - BOTTOM, TOP))
    )
    at = {each: place for place, each in enumerate(names)} if rows else {}
    parts = [*_frame(x, y, layout, rows=rows)]
    for trace in data:
        places = [at[each] for each in trace["y"]] if rows else trace["y"]
        parts += _trace(
            trace, [(x.at(a), y.at(b)) for a, b in zip(trace["x"], places, strict=True)]
        )
    box = (
        f'x="{x.start:.0f}" y="{TOP}" width="{x.end - x.start:.0f}" height="{HIGH - BOTTOM - TOP}"'
    )
    inside = f'<clipPath id="inside"><rect {box}/></clipPath>'
    return _svg([inside, *parts, *([] if rows else _names(named, x, y))], name)


def _rows(data: Sequence[Figure]) -> list[str]:
    return list(dict.fromkeys(each for trace in data for each in trace["y"]))


def _values(data: Sequence[Figure], key: str) -> list[float]:
    return [v for trace in data for v in trace[key] if isinstance(v, float | int)]


def _category(names: Sequence[str]) -> Axis:
    ticks = tuple((float(place), each) for place, each in enumerate(names))
    return Axis(-0.6, len(names) - 0.4, False, TOP, HIGH - BOTTOM, ticks)


def _axis(said: Figure, values: Sequence[float], ends: Point) -> Axis:
    """Make an axis of Plotly's words: a logarithmic one has its ticks and its range with it."""
    log = said.get("type") == "log"
    seen = [math.log10(v) for v in values if v > 0] if log else list(values)
    low, high = said.get("range", (min(seen), max(seen)))
    if "range" not in said:
        air = 0.03 * (high - low) or 0.5
        low, high = low - air, high + air
    if log:
        marks = zip(said["tickvals"], said["ticktext"], strict=True)
        ticks = [(v, text) for v, text in marks if low <= math.log10(v) <= high]
        if len(ticks) < FEW:
            ticks = [(v, f"{v:g}") for v in _round(10**low, 10**high)]
        return Axis(low, high, True, *ends, _spread(ticks, 2 + int(abs(ends[1] - ends[0]) / 45)))
    percent = "%" in said.get("tickformat", "")
    ticks = [(v, f"{100 * v:.3g} %" if percent else f"{v:g}") for v in _round(low, high)]
    return Axis(low, high, False, *ends, tuple(ticks))


def _spread(ticks: Sequence[tuple[float, str]], most: int) -> tuple[tuple[float, str], ...]:
    """Leave out what would stand too close."""
    return tuple(ticks[:: math.ceil(len(ticks) / most)])


def _round(low: float, high: float) -> list[float]:
    """Give four to eight round numbers within the ends."""
    size = 10.0 ** math.floor(math.log10((high - low) / 4))
    step = next(size * each for each in (1, 2, 2.5, 5, 10) if (high - low) / (size * each) < 8)
    first, last = math.ceil(low / step), math.floor(high / step)
    return [float(f"{place * step:.10g}") for place in range(first, last + 1)]


def _frame(x: Axis, y: Axis, layout: Figure, *, rows: bool) -> Iterator[str]:
    floor = HIGH - BOTTOM
    for value, text in x.ticks:
        yield _path([(x.at(value), TOP), (x.at(value), floor)], stroke=_colour("grid"))
        yield _text(text, x.at(value), floor + LINE, "middle")
    for value, text in y.ticks:
        place = y.at(value)
        if not rows:
            yield _path([(x.start, place), (x.end, place)], stroke=_colour("grid"))
        whole = rows and len(y.ticks) > MANY
        yield from _lines(_broken(text, whole), x.start - 8, place + 5, "end", "muted")
    yield _path([(x.start, TOP), (x.start, floor), (x.end, floor)], stroke=_colour("axis"))
    yield _text(layout["xaxis"]["title"]["text"], (x.start + x.end) / 2, HIGH - 12, "middle", "ink")
    if title := layout["yaxis"]["title"]["text"]:
        middle = (TOP + floor) / 2
        turned = f' transform="rotate(-90 16 {middle:.0f})"'
        yield _text(title, 16, middle, "middle", "ink", turned)


def _trace(trace: Figure, points: Sequence[Point]) -> Iterator[str]:
    if "fill" in trace:
        yield _path(_thin(_there(points)), fill=_var(trace["fillcolor"]), closed=True)
        return
    if "lines" in trace["mode"]:
        line = trace["line"]
        for part in _unbroken(points):
            dash = DASHES.get(line.get("dash", ""), "")
            yield _path(_thin(part), stroke=_var(line["color"]), width=line["width"], dash=dash)
    if "markers" in trace["mode"]:
        mark = trace["marker"]
        for place in _there(points):
            yield _sign(mark.get("symbol", ""), place, mark["size"] / 2, _var(mark["color"]))


def _names(data: Sequence[Figure], x: Axis, y: Axis) -> Iterator[str]:
    """Write each line's name at its end, pushed apart where they would lie on each other."""
    ends = []
    for trace in data:
        seen = [b for b in trace["y"] if b is not None]
        ends.append((y.at(seen[-1]) if seen else TOP, trace))
    lines = [len(_broken(trace["name"])) * LINE for _, trace in ends]
    order = sorted(range(len(ends)), key=lambda place: ends[place][0])
    tops = _apart([ends[k][0] - LINE / 2 for k in order], [lines[k] for k in order])
    for k, top in zip(order, tops, strict=True):
        name, colour = ends[k][1]["name"], ends[k][1]["line"]["color"][6:-1]
        yield from _lines(_broken(name), x.end + 10, top + 13, "start", colour)


def _apart(tops: Sequence[float], heights: Sequence[float]) -> list[float]:
    """Move boxes, given from the top, as little as it takes that they do not overlap."""
    found, floor = [], float(TOP - LINE / 2)
    for top, height in zip(tops, heights, strict=True):
        found.append(max(top, floor))
        floor = found[-1] + height
    ceiling = float(HIGH - BOTTOM + 4)
    for place in reversed(range(len(found))):
        found[place] = min(found[place], ceiling - heights[place])
        ceiling = found[place]
    return found


def _width(text: str) -> float:
    """Give the pixels that a text takes at most, whatever the font."""
    return sum(13.5 if c in "mwMW" else 5.5 if c in "iljtf,.()' " else 8.6 for c in text)


def _broken(name: str, whole: bool = False) -> list[str]:
    """Break a long name before what stands in brackets, or after half of its words."""
    if whole:
        return [name]
    head, bracket, rest = name.partition(" (")
    words = head.split()
    if len(head) > 12 and len(words) > 1:
        half = (len(words) + 1) // 2
        return [" ".join(words[:half]), " ".join(words[half:]), *[f"({rest}"] * bool(bracket)]
    return [head, *[f"({rest}"] * bool(bracket)]


def _there(points: Sequence[Point]) -> list[Point]:
    return [point for point in points if not any(map(math.isnan, point))]


def _unbroken(points: Sequence[Point]) -> Iterator[list[Point]]:
    part: list[Point] = []
    for point in [*points, (math.nan, math.nan)]:
        if any(map(math.isnan, point)):
            if len(part) > 1:
                yield part
            part = []
        else:
            part.append(point)


def _thin(points: Sequence[Point]) -> list[Point]:
    """Leave out what lies nearer than can be seen; the ends and the turns of a band stay."""
    kept = list(points[:1])
    for point in points[1:-1]:
        if math.dist(point, kept[-1]) >= APART:
            kept.append(point)
    return [*kept, *points[-1:]]


def _path(
    points: Sequence[Point],
    *,
    stroke: str = "none",
    fill: str = "none",
    width: float = 1,
    dash: str = "",
    closed: bool = False,
) -> str:
    drawn = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
    dashed = f' stroke-dasharray="{dash}"' * bool(dash)
    shape = "polygon" if closed else "polyline"
    look = f'fill="{fill}" stroke="{stroke}" stroke-width="{width}"{dashed}'
    return f'<{shape} points="{drawn}" {look} clip-path="url(#inside)"/>'


def _sign(symbol: str, place: Point, size: float, colour: str) -> str:
    look = f'fill="{colour}" stroke="{_colour("card")}" stroke-width="0.8"'
    if symbol not in SIGNS:
        return f'<circle cx="{place[0]:.1f}" cy="{place[1]:.1f}" r="{size:g}" {look}/>'
    corners = (pair.split(",") for pair in SIGNS[symbol].split())
    drawn = " ".join(
        f"{place[0] + size * float(a):.1f},{place[1] + size * float(b):.1f}" for a, b in corners
    )
    return f'<polygon points="{drawn}" {look}/>'


def _lines(
    texts: Sequence[str], x: float, middle: float, anchor: str, colour: str
) -> Iterator[str]:
    for place, text in enumerate(texts):
        yield _text(text, x, middle + LINE * place, anchor, colour)


def _text(text: str, x: float, y: float, anchor: str, colour: str = "muted", more: str = "") -> str:
    look = f'text-anchor="{anchor}" fill="{_colour(colour)}"{more}'
    return f'<text x="{x:.1f}" y="{y:.1f}" {look}>{escape(text)}</text>'


def _var(said: str) -> str:
    return _colour(said.removeprefix("var(--").removesuffix(")"))


def _colour(name: str) -> str:
    return _colours()[name]


@cache
def _colours() -> dict[str, str]:
    """Read the colours of the style sheet, as they are in the light."""
    text = (files("trainlab.report") / "style.css").read_text("utf-8")
    return dict(re.findall(r"--([\w-]+): ([^;]+);", text[: text.index("@media")]))


def _svg(parts: Sequence[str], name: str) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDE}" height="{HIGH}" '
        f'viewBox="0 0 {WIDE} {HIGH}" role="img" '
        f'font-family="sans-serif" font-size="14">\n<title>{escape(name)}</title>'
    )
    paper = f'<rect width="{WIDE}" height="{HIGH}" fill="{_colour("card")}"/>'
    return "\n".join([head, paper, *parts, "</svg>\n"])
