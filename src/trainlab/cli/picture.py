"""Curves as a page of their own: SVG in HTML that follows the reader's light or dark."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from trainlab.cli.numerals import brief, count

__all__ = ["page"]

WIDTH, HEIGHT = 800, 360
LEFT, RIGHT, TOP, BOTTOM = 70, 20, 20, 50
TICKS = 4

PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root {{ color-scheme: light dark; --ink: #1c2430; --faint: #d5dae1; --line: #1666b0; }}
@media (prefers-color-scheme: dark) {{
  :root {{ --ink: #e4e8ee; --faint: #39424f; --line: #66b2ff; }} }}
body {{ font: 16px/1.5 system-ui, sans-serif; color: var(--ink); margin: 3rem auto;
  max-width: 52rem; padding: 0 1rem; }}
h1 {{ font-size: 1.2rem; font-weight: 600; }}
text {{ font-size: 13px; fill: var(--ink); }}
.grid {{ stroke: var(--faint); }}
.curve {{ fill: none; stroke: var(--line); stroke-width: 2; stroke-linejoin: round; }}
</style>
<h1>{title}</h1>
{drawn}
</html>
"""
SVG = """<svg viewBox="0 0 {width} {height}" role="img" aria-label="{name}">
{drawn}
</svg>"""

Curve = tuple[str, Sequence[tuple[float, float]]]
"""A curve's name and its points (x, y)."""


def page(title: str, x: str, curves: Sequence[Curve]) -> str:
    """Draw curves one below the other, each from zero up, over what x is."""
    drawn = [_drawn(name, points, x) for name, points in curves]
    return PAGE.format(title=escape(title), drawn="\n".join(drawn))


def _drawn(name: str, points: Sequence[tuple[float, float]], x: str) -> str:
    x_end = max([x for x, _ in points] + [1])
    y_end = max([y for _, y in points] + [0]) or 1.0
    at = [
        (
            LEFT + x / x_end * (WIDTH - LEFT - RIGHT),
            HEIGHT - BOTTOM - y / y_end * (HEIGHT - TOP - BOTTOM),
        )
        for x, y in points
    ]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in at)
    drawn = [*_grid(x_end, y_end), f'<polyline class="curve" points="{path}"/>', *_names((x, name))]
    return SVG.format(name=escape(name), width=WIDTH, height=HEIGHT, drawn="\n".join(drawn))


def _grid(x_end: float, y_end: float) -> list[str]:
    """Draw the ticks of both axes."""
    lines = []
    for tick in range(TICKS + 1):
        x = LEFT + tick / TICKS * (WIDTH - LEFT - RIGHT)
        y = HEIGHT - BOTTOM - tick / TICKS * (HEIGHT - TOP - BOTTOM)
        lines += [
            f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>',
            f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">'
            f"{brief(y_end * tick / TICKS)}</text>",
            f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">'
            f"{count(x_end * tick / TICKS)}</text>",
        ]
    return lines


def _names(axes: tuple[str, str]) -> list[str]:
    """Write what the axes are."""
    return [
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 8}" text-anchor="middle">'
        f"{escape(axes[0])}</text>",
        f'<text x="8" y="14">{escape(axes[1])}</text>',
    ]
