"""The seeds at a glance: one dot for each, the mean, its interval; a small inline SVG."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from trainlab.report.wording import score
from trainlab.store.summary import Interval, Outcome, interval

__all__ = ["strip"]

DOT = '<circle cx="{:.1f}" cy="{}" r="5.5"><title>seed {}: {}</title></circle>'
WIDTH, HEIGHT, EDGE, MIDDLE = 420, 84, 26, 36


def strip(outcomes: Sequence[Outcome], metric: str) -> Markup:
    """Draw the members' scores on a line; nothing for fewer than two."""
    known = [o for o in outcomes if o.counts and metric in o.scores]
    if len(known) < 2:
        return Markup("")
    values = [outcome.scores[metric] for outcome in known]
    found = interval(values)
    low, high = min(*values, found.low), max(*values, found.high)
    place = _Scale(low, high)
    heights = _apart([place(value) for value in values])
    dots = Markup("").join(
        Markup(DOT).format(place(value), y, outcome.member.seed, score(value, metric))
        for outcome, value, y in zip(known, values, heights, strict=True)
    )
    words = Markup('<svg class="strip" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}{}</svg>')
    label = f"{metric} of each seed, mean and 95 % interval"
    ends = _label(place(low), low, metric) + _label(place(high), high, metric)
    said = Markup('<text class="said" x="{}" y="{}">each dot is a seed</text>')
    told = ends + said.format(WIDTH // 2, HEIGHT - 6)
    return words.format(WIDTH, HEIGHT, label, _bar(place, found), dots, told)


class _Scale:
    """From a score to a place on the line."""

    def __init__(self, low: float, high: float) -> None:
        self.low, self.span = low, (high - low) or 1.0

    def __call__(self, value: float) -> float:
        return EDGE + (WIDTH - 2 * EDGE) * (value - self.low) / self.span


def _bar(place: _Scale, found: Interval) -> Markup:
    return Markup(
        '<line class="rule" x1="{0}" x2="{1}" y1="{2}" y2="{2}"/>'
        '<rect class="interval" x="{3:.1f}" y="{4}" width="{5:.1f}" height="36" rx="6"/>'
        '<line class="mean" x1="{6:.1f}" x2="{6:.1f}" y1="{4}" y2="{7}"/>'
    ).format(
        EDGE,
        WIDTH - EDGE,
        MIDDLE,
        place(found.low),
        MIDDLE - 18,
        place(found.high) - place(found.low),
        place(found.mean),
        MIDDLE + 18,
    )


def _label(x: float, value: float, metric: str) -> Markup:
    return Markup('<text x="{:.1f}" y="{}">{}</text>').format(x, HEIGHT - 6, score(value, metric))


def _apart(places: Sequence[float]) -> list[float]:
    """Lift dots that would hide each other: up, down, further up."""
    heights: list[float] = []
    for at, x in enumerate(places):
        near = [heights[other] for other in range(at) if abs(places[other] - x) < 11]
        free = (MIDDLE + step for step in (0, -12, 12, -24, 24))
        heights.append(next((y for y in free if y not in near), MIDDLE))
    return heights
