"""Numbers as a strip of coloured cells in SVG: blue below zero, orange above, pale near it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from markupsafe import Markup

__all__ = ["CELLS", "STYLE", "strip", "text"]

CELLS = 32
"""Numbers that are drawn, evenly spaced over those given."""
WIDE, WIDEST, HIGH = 224, 24.0, 13
LEVELS = 9
"""Shades of a colour. Cells of one shade are one path: a page of hundreds of strips stays small."""
COLOURS = {"n": "train", "p": "val"}
STYLE = "\n".join(
    [
        f".cells path {{ fill: none; stroke-width: {HIGH}; }}",
        ".cells rect { fill: none; stroke: var(--line); }",
        *(
            f".{sign}{level} {{ stroke: var(--{colour}); stroke-opacity: {level / LEVELS:.2f}; }}"
            for sign, colour in COLOURS.items()
            for level in range(1, LEVELS + 1)
        ),
    ]
)


def strip(x: float, y: float, values: Sequence[float]) -> Markup:
    """Draw some of the numbers with their upper left corner at (x, y)."""
    places = sorted({round(at * (len(values) - 1) / (CELLS - 1)) for at in range(CELLS)})
    shown = [values[place] for place in places if place < len(values)]
    wide = min(WIDE / max(1, len(shown)), WIDEST)
    paths = Markup("").join(
        Markup('<path class="{}" d="{}"/>').format(
            shade, "".join(f"M{at * wide:g},6.5h{wide:g}" for at in cells)
        )
        for shade, cells in _shades(shown)
    )
    frame = Markup('<rect width="{:g}" height="{}"/>').format(wide * len(shown), HIGH)
    group = Markup('<g class="cells" transform="translate({:.0f},{:.0f})">{}{}</g>')
    return group.format(x, y, paths, frame)


def text(x: float, y: float, told: str, style: str) -> Markup:
    """Write a line that begins at (x, y)."""
    line = Markup('<text x="{:.0f}" y="{:.0f}" class="{}">{}</text>')
    return line.format(x, y, style, told)


def _shades(shown: Sequence[float]) -> Iterator[tuple[str, list[int]]]:
    """Give each shade with the places of its cells; nearly zero has none."""
    top = max((abs(each) for each in shown if math.isfinite(each)), default=0.0)
    shades: dict[str, list[int]] = {}
    for place, each in enumerate(shown):
        level = round(LEVELS * abs(each) / top) if top and math.isfinite(each) else 0
        if level:
            shades.setdefault(f"{'n' if each < 0 else 'p'}{level}", []).append(place)
    yield from shades.items()
