"""The signal at the start as a figure: one line an initialiser over the layers, log scale."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from markupsafe import Markup

from trainlab.lens.signal import LayerSignal, Signal
from trainlab.report.figures import COLOURS
from trainlab.report.sheet import sheet

__all__ = ["page"]

WIDTH, HEIGHT = 1060, 330
LEFT, RIGHT, TOP, BOTTOM = 64, 20, 16, 96
LEAST = 1e-12
"""What is smaller is drawn here: a logarithm has no zero."""
SHAPES = ("circle", "square", "diamond", "up", "down", "cross")
"""Each line has a sign of its own as well as a colour."""
STYLE = """
.flow { width: 100%; display: block; margin: 6px 0 10px; }
.flow text { font-size: 12px; fill: var(--muted); }
.flow .grid { stroke: var(--grid); } .flow polyline { fill: none; stroke-width: 2; }
.key { display: flex; gap: 22px; flex-wrap: wrap; margin: 18px 0 0; }
.key svg { width: 34px; height: 14px; vertical-align: -2px; margin-right: 6px; }
"""


def page(name: str, found: Mapping[str, Signal]) -> str:
    """Draw activations (forward) and gradients (backward), all initialisers on one scale each."""
    lead = (
        "Standard deviation over the examples of one batch and the units of each layer, "
        "before the first step. A level line keeps the signal; a slope makes it die or explode."
    )
    keys = [_key(at, init) for at, init in enumerate(found)]
    body = Markup('<div class="key">{}</div>').format(Markup("").join(keys))
    for title, kind in (
        ("Forward: activations", "activation"),
        ("Backward: gradients", "gradient"),
    ):
        body += Markup("<h2>{}</h2>{}").format(title, _panel(found, kind))
    return sheet(f"{name}: the signal at the start", lead, body, STYLE)


def _panel(found: Mapping[str, Signal], kind: str) -> Markup:
    lines = {init: [_spread(layer, kind) for layer in each.layers] for init, each in found.items()}
    values = [max(LEAST, value) for line in lines.values() for value in line]
    place = _Scale(min(values), max(values), max(map(len, lines.values())))
    layers = next(iter(found.values())).layers
    parts = [*_grid(place), *_names(place, [layer.name or layer.kind for layer in layers])]
    for at, (init, line) in enumerate(lines.items()):
        parts.append(_line(place, at, init, line))
    drawing = Markup('<svg class="flow" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>')
    return drawing.format(WIDTH, HEIGHT, f"{kind} std by layer", Markup("").join(parts))


def _spread(layer: LayerSignal, kind: str) -> float:
    return (layer.activation if kind == "activation" else layer.gradient).std


class _Scale:
    """From a layer's number and a standard deviation to a place; whole decades."""

    def __init__(self, low: float, high: float, layers: int) -> None:
        self.low = math.floor(math.log10(low))
        self.high = max(self.low + 1, math.ceil(math.log10(high)))
        self.layers = layers

    def x(self, layer: int) -> float:
        return LEFT + 12 + (WIDTH - LEFT - RIGHT - 24) * layer / max(1, self.layers - 1)

    def y(self, value: float) -> float:
        share = (math.log10(max(LEAST, value)) - self.low) / (self.high - self.low)
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share


def _grid(place: _Scale) -> list[Markup]:
    step = max(1, (place.high - place.low) // 6)
    line = Markup(
        '<line class="grid" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>'
        '<text x="{}" y="{:.1f}" text-anchor="end">{:g}</text>'
    )
    found = []
    for decade in range(place.low, place.high + 1, step):
        y = place.y(10.0**decade)
        found.append(line.format(LEFT, WIDTH - RIGHT, y, y, LEFT - 8, y + 4, 10.0**decade))
    return found


def _names(place: _Scale, names: Sequence[str]) -> list[Markup]:
    text = Markup('<text transform="translate({:.1f} {}) rotate(-35)" text-anchor="end">{}</text>')
    every = max(1, math.ceil(len(names) / 32))
    return [
        text.format(place.x(at) + 4, HEIGHT - BOTTOM + 16, name)
        for at, name in enumerate(names)
        if at % every == 0
    ]


def _line(place: _Scale, at: int, init: str, line: Sequence[float]) -> Markup:
    points = [(place.x(layer), place.y(value)) for layer, value in enumerate(line)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    colour = COLOURS[at % len(COLOURS)]
    drawn = Markup('<polyline points="{}" style="stroke: var(--{})"/>').format(path, colour)
    for (x, y), value in zip(points, line, strict=True):
        drawn += _sign(at, x, y, f"{init}: {value:.3g}")
    return drawn


def _sign(at: int, x: float, y: float, told: str) -> Markup:
    shapes = {
        "circle": "M-4,0a4,4 0 1,0 8,0a4,4 0 1,0 -8,0",
        "square": "M-4,-4h8v8h-8z",
        "diamond": "M0,-5l5,5l-5,5l-5,-5z",
        "up": "M0,-5l5,9h-10z",
        "down": "M0,5l5,-9h-10z",
        "cross": "M-5,-2h3v-3h4v3h3v4h-3v3h-4v-3h-3z",
    }
    sign = Markup(
        '<path d="{}" transform="translate({:.1f} {:.1f})" style="fill: var(--{})">'
        "<title>{}</title></path>"
    )
    return sign.format(shapes[SHAPES[at % len(SHAPES)]], x, y, COLOURS[at % len(COLOURS)], told)


def _key(at: int, init: str) -> Markup:
    colour = COLOURS[at % len(COLOURS)]
    line = Markup('<line x1="0" x2="34" y1="7" y2="7" stroke-width="2" style="stroke: var(--{})"/>')
    drawn = line.format(colour) + _sign(at, 17, 7, init)
    return Markup('<span><svg viewBox="0 0 34 14">{}</svg>{}</span>').format(drawn, init)
