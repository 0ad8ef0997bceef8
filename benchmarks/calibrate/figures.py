"""Two figures as plain SVG: false claims by number of pairs, and power beside its plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from benchmarks.calibrate.counts import Count

__all__ = ["errors", "power"]

WIDE, HIGH, LEFT, TOP, PANEL = 720, 300, 48, 34, 250
COLOURS = ("#1f6f8b", "#c8553d", "#6a994e", "#7b5ea7", "#b08900", "#444444")
INK, FAINT = "#555", "#ccc"


def errors(counts: Sequence[Count]) -> str:
    """Draw false claims of two equal arms judged once, by bank and pairs, about the line of 5 %."""
    found = [
        c for c in counts if c.question.endswith("judged once") and c.way == "paired, 2: a claim"
    ]
    banks = list(dict.fromkeys((c.study, c.metric) for c in found))
    pairs = sorted({c.pairs for c in found})
    top = max((c.rate.interval[1] for c in found), default=0.1) * 1.05

    def y(share: float) -> float:
        return TOP + PANEL * (1 - share / top)

    parts = [_line(LEFT, y(0.05), WIDE - 130, y(0.05), FAINT, dash="5 4")]
    parts += [_text(LEFT - 6, y(s) + 4, f"{100 * s:g} %", "end") for s in (0, 0.05, 0.1) if s < top]
    room = (WIDE - 130 - LEFT) / max(1, len(pairs))
    for place, n in enumerate(pairs):
        middle = LEFT + room * (place + 0.5)
        parts.append(_text(middle, HIGH - 2, f"{n} pairs", "middle"))
        for k, bank in enumerate(banks):
            count = next(c for c in found if c.pairs == n and (c.study, c.metric) == bank)
            x = middle + (k - (len(banks) - 1) / 2) * 15
            low, high = count.rate.interval
            parts.append(_line(x, y(low), x, y(high), COLOURS[k]))
            parts.append(_dot(x, y(count.rate.value), COLOURS[k]))
    parts.append(_text(LEFT, 16, "False claims of two equal arms, judged once: 5 % were allowed"))
    return _svg([*parts, *_legend([", ".join(bank) for bank in banks])])


def power(counts: Sequence[Count]) -> str:
    """Draw the planned power as lines, and what was counted of each bank as dots."""
    found = [c for c in counts if c.question == "power" and c.way.startswith("half the rate")]
    banks = list(dict.fromkeys((c.study, c.metric) for c in found))
    pairs = sorted({c.pairs for c in found})
    most = max(pairs, default=1)

    def x(n: int) -> float:
        return LEFT + (WIDE - 150 - LEFT) * n / most

    def y(share: float) -> float:
        return TOP + PANEL * (1 - share)

    parts = [_text(LEFT - 6, y(s) + 4, f"{100 * s:g} %", "end") for s in (0, 0.5, 1)]
    parts += [_text(x(n), HIGH - 2, f"{n}", "middle") for n in pairs]
    for way in dict.fromkeys(c.way for c in found):
        planned = {c.pairs: c.nominal or 0.0 for c in found if c.way == way}
        parts.append(_curve(planned, x, y))
        parts.append(_text(x(most) + 6, y(planned[most]) + 4, way.rpartition(", ")[2]))
    for count in found:
        colour = COLOURS[banks.index((count.study, count.metric))]
        parts.append(_dot(x(count.pairs), y(count.rate.value), colour))
    parts.append(_text(LEFT, 16, "Power by pairs: planned (lines), and counted (dots)"))
    return _svg([*parts, *_legend([", ".join(bank) for bank in banks], TOP + 90)])


def _curve(points: dict[int, float], x: Callable[[int], float], y: Callable[[float], float]) -> str:
    path = " ".join(f"{x(n):.1f},{y(share):.1f}" for n, share in sorted(points.items()))
    return f'<polyline points="{path}" fill="none" stroke="{INK}" stroke-width="1.5"/>'


def _legend(names: Sequence[str], top: float = TOP + 20) -> list[str]:
    parts = []
    for place, name in enumerate(names):
        parts.append(_dot(WIDE - 118, top + 20 * place - 4, COLOURS[place]))
        parts.append(_text(WIDE - 108, top + 20 * place, name))
    return parts


def _dot(x: float, y: float, colour: str) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>'


def _line(x: float, y: float, to_x: float, to_y: float, colour: str, dash: str = "") -> str:
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    ends = f'x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}"'
    return f'<line {ends} stroke="{colour}" stroke-width="1.5"{dashed}/>'


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{INK}">{text}</text>'


def _svg(parts: Sequence[str]) -> str:
    box = f'viewBox="0 0 {WIDE} {HIGH + 6}" font-family="sans-serif" font-size="12"'
    body = "\n".join(['<rect width="100%" height="100%" fill="white"/>', *parts])
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box}>\n{body}\n</svg>\n'
