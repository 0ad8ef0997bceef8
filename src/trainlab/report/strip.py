"""The seeds at a glance: a line for each arm, a dot for each seed, the mean and its interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from trainlab.report.wording import arm_name, score
from trainlab.store.summary import Interval, Outcome, interval

__all__ = ["strip"]

DOT = '<circle cx="{:.1f}" cy="{:.1f}" r="5.5"><title>seed {}: {}</title></circle>'
BAR = (
    '<line class="rule" x1="{0}" x2="{1}" y1="{2}" y2="{2}"/>'
    '<rect class="interval" x="{3:.1f}" y="{4}" width="{5:.1f}" height="36" rx="6"/>'
    '<line class="mean" x1="{6:.1f}" x2="{6:.1f}" y1="{4}" y2="{7}"/>'
)
WIDTH, ROW, EDGE = 420, 64, 26


def strip(arms: Mapping[str, Sequence[Outcome]], metric: str) -> Markup:
    """Draw the scores of members that did not diverge, all arms on one scale.

    Nothing where no arm has two of them.
    """
    known = {arm: _known(outcomes, metric) for arm, outcomes in arms.items()}
    known = {arm: outcomes for arm, outcomes in known.items() if len(outcomes) > 1}
    if not known:
        return Markup("")
    found = {arm: interval([o.scores[metric] for o in group]) for arm, group in known.items()}
    values = [o.scores[metric] for group in known.values() for o in group]
    place = _Scale(
        min(*values, *(each.low for each in found.values())),
        max(*values, *(each.high for each in found.values())),
    )
    rows = [
        _row(place, group, found[arm], metric, (arm_name(arm) if len(arms) > 1 else "", at))
        for at, (arm, group) in enumerate(known.items())
    ]
    return _drawing(rows, place, metric)


def _known(outcomes: Sequence[Outcome], metric: str) -> list[Outcome]:
    return [outcome for outcome in outcomes if outcome.counts and metric in outcome.scores]


def _drawing(rows: Sequence[Markup], place: _Scale, metric: str) -> Markup:
    low, high = min(place.low, place.high), max(place.low, place.high)
    height = ROW * len(rows) + 22
    text = Markup('<text{} x="{:.1f}" y="{}">{}</text>')
    told = text.format("", place(low), height - 6, score(low, metric))
    told += text.format("", place(high), height - 6, score(high, metric))
    told += text.format(Markup(' class="said"'), WIDTH / 2, height - 6, "each dot is a seed")
    drawing = Markup('<svg class="strip" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}</svg>')
    label = f"{metric} of each seed, mean and 95 % interval"
    return drawing.format(WIDTH, height, label, Markup("").join(rows), told)


class _Scale:
    """From a score to a place on the line."""

    def __init__(self, low: float, high: float) -> None:
        self.low, self.high = low, high

    def __call__(self, value: float) -> float:
        span = (self.high - self.low) or 1.0
        return EDGE + (WIDTH - 2 * EDGE) * (value - self.low) / span


def _row(
    place: _Scale, group: Sequence[Outcome], found: Interval, metric: str, named: tuple[str, int]
) -> Markup:
    name, row = named
    middle = ROW * row + ROW // 2 + 4
    values = [outcome.scores[metric] for outcome in group]
    heights = _apart([place(value) for value in values], middle)
    dots = Markup("").join(
        Markup(DOT).format(place(value), y, outcome.member.seed, score(value, metric))
        for outcome, value, y in zip(group, values, heights, strict=True)
    )
    text = Markup('<text class="arm" x="{}" y="{}">{}</text>').format(EDGE, middle - 23, name)
    return text + _bar(place, found, middle) + dots


def _bar(place: _Scale, found: Interval, middle: int) -> Markup:
    low, high = place(found.low), place(found.high)
    top, bottom = middle - 18, middle + 18
    ends = EDGE, WIDTH - EDGE
    return Markup(BAR).format(*ends, middle, low, top, high - low, place(found.mean), bottom)


def _apart(places: Sequence[float], middle: int) -> list[float]:
    """Lift dots that would hide each other: up, down, further up."""
    heights: list[float] = []
    for at, x in enumerate(places):
        near = [heights[other] for other in range(at) if abs(places[other] - x) < 11]
        free = (middle + step for step in (0, -11, 11, -22, 22))
        heights.append(next((y for y in free if y not in near), middle))
    return heights
