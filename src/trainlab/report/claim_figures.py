"""The figures of a claim: the one that its file asks for, and the evidence of its verdict.

Every arm has a colour, a dash and a sign of its own, so that a slide in grey is read too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from trainlab.claims.claim import Claim, Curve, Dots, Found, Lines
from trainlab.claims.verdict import Finding
from trainlab.comparison.statistics.interval import Array
from trainlab.comparison.statistics.student import t_interval
from trainlab.report.claim_wording import amount, subject
from trainlab.report.figures import COLOURS, Figure, axis, figure, log_ticks, markers, numbers

__all__ = ["claim_figure", "evidence_figure"]

DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
SIGNS = ("circle", "square", "diamond", "triangle-up", "triangle-down", "cross")
MOST_SIGNS = 12
"""Signs on one line: more hide it."""
LEVEL = 0.95


def claim_figure(claim: Claim, found: Found) -> Figure:
    """Draw what the claim asks for."""
    if isinstance(claim.figure, Lines):
        return _lines(claim.figure, found)
    return _dots(claim.figure, found)


def evidence_figure(finding: Finding) -> Figure:
    """Draw an expectation's pairs, their mean and interval, and the region that was expected."""
    expect, values = finding.expect, [v for v in finding.values if math.isfinite(v)]
    drawn = [*values, *filter(math.isfinite, (finding.low, finding.high))]
    low, high = _reach(drawn, (expect.above, expect.below), log=expect.ratio)
    data = [
        _region((max(expect.above, low), min(expect.below, high))),
        {
            "type": "scatter",
            "mode": "markers",
            "name": "one pair each",
            "x": numbers(values),
            "y": _spread_out(len(values)),
            "marker": markers("train", 8) | {"opacity": 0.6},
            "hovertemplate": "%{x:.4g}<extra></extra>",
        },
        _interval(finding),
    ]
    unit = f", {expect.unit}" if expect.unit else ""
    x = axis(f"{subject(expect)}{unit}") | _scale(low, high, log=expect.ratio)
    y = axis("") | {"visible": False, "range": [-1, 1.15]}
    return figure(data, x=x, y=y, height=190)


def _lines(asked: Lines, found: Found) -> Figure:
    data = [
        trace
        for place, (name, curve) in enumerate(found.curves.items())
        for trace in _line(place, name, curve, log=asked.log)
    ]
    x, y = axis(asked.x), axis(asked.y)
    every = np.concatenate([curve.y.ravel() for curve in found.curves.values()])
    if asked.log:
        seen = every[np.isfinite(every) & (every > 0)]
        y |= _log(float(seen.min()), float(seen.max()))
    if asked.log_x:
        x |= _log_places(np.unique(np.concatenate([curve.x for curve in found.curves.values()])))
    if asked.low is not None:
        y |= {"range": [asked.low, float(np.nanmax(every)) + 0.03 * (np.nanmax(every) - asked.low)]}
    if "accuracy" in asked.y:
        y |= {"tickformat": ".0%"}
    return figure(data, x=x, y=y, height=400)


def _line(place: int, name: str, curve: Curve, *, log: bool) -> list[Figure]:
    colour = COLOURS[place % len(COLOURS)]
    mean, low, high = _band(curve.y, log=log)
    x = numbers(curve.x)
    band = {
        "type": "scatter",
        "x": [*x, *x[::-1]],
        "y": [*numbers(high), *numbers(low)[::-1]],
        "fill": "toself",
        "fillcolor": f"var(--{colour}-band)",
        "line": {"width": 0},
        "mode": "lines",
        "hoverinfo": "skip",
        "showlegend": False,
    }
    few = len(x) <= MOST_SIGNS
    line = {
        "type": "scatter",
        "x": x,
        "y": numbers(mean),
        "mode": "lines+markers" if few else "lines",
        "name": name + _left(curve.y),
        "line": {"color": f"var(--{colour})", "width": 2.6, "dash": DASHES[place % len(DASHES)]},
        "marker": markers(colour, 9) | {"symbol": SIGNS[place % len(SIGNS)]},
        "hovertemplate": f"{name}, %{{x:.4g}}: %{{y:.4g}}<extra></extra>",
    }
    return [band, line] if len(curve.y) > 1 else [line]


def _band(y: Array, *, log: bool) -> tuple[Array, Array, Array]:
    """Give the mean over the pairs that are there and its interval, at each place."""
    with np.errstate(divide="ignore", invalid="ignore"):
        rows = np.log(y) if log else y
    found = [_mean(column[np.isfinite(column)]) for column in rows.T]
    mean, low, high = np.asarray(found, float).T
    return (np.exp(mean), np.exp(low), np.exp(high)) if log else (mean, low, high)


def _left(y: Array) -> str:
    """Say how many pairs are still there at the end, where some have ended before."""
    left = int(np.isfinite(y[:, -1]).sum())
    return "" if left == len(y) else f" ({left} of {len(y)} to the end)"


def _mean(values: Array) -> tuple[float, float, float]:
    if not len(values):
        return (math.nan,) * 3
    if len(values) == 1:
        return (float(values[0]),) * 3
    found = t_interval(values[None], LEVEL)
    mean, low, high = (float(part[0]) for part in found)
    return (mean, low, high) if math.isfinite(high - low) else (mean, mean, mean)


def _dots(asked: Dots, found: Found) -> Figure:
    """Draw each arm's values beside its name; a thin line joins what is a pair."""
    names = list(asked.arms or found.values)
    rows = np.stack([found.values[name] for name in names])
    rows = np.where(np.isfinite(rows), rows, np.nan)
    data = [_joined(names, pair) for pair in rows.T]
    data += [
        _row(place, name, row) for place, (name, row) in enumerate(zip(names, rows, strict=True))
    ]
    x, seen = axis(asked.x), rows[np.isfinite(rows)]
    if asked.log:
        x |= _log(float(seen[seen > 0].min()), float(seen.max()))
    y = axis("") | {
        "type": "category",
        "showgrid": False,
        "tickfont": {"size": 14},
        "range": [len(names) - 0.5, -0.5],
    }
    return figure(data, x=x, y=y, height=400)


def _joined(names: Sequence[str], pair: Array) -> Figure:
    return {
        "type": "scatter",
        "x": numbers(pair),
        "y": list(names),
        "mode": "lines",
        "line": {"color": "var(--axis)", "width": 1},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _row(place: int, name: str, values: Array) -> Figure:
    colour = COLOURS[place % len(COLOURS)]
    return {
        "type": "scatter",
        "x": numbers(values),
        "y": [name] * len(values),
        "mode": "markers",
        "name": name,
        "showlegend": False,
        "marker": markers(colour, 10) | {"symbol": SIGNS[place % len(SIGNS)]},
        "hovertemplate": "%{x:.4g}<extra></extra>",
    }


def _interval(finding: Finding) -> Figure:
    ends = {}
    if math.isfinite(finding.low) and math.isfinite(finding.high):
        ends = {
            "error_x": {
                "symmetric": False,
                "array": numbers([finding.high - finding.mean]),
                "arrayminus": numbers([finding.mean - finding.low]),
                "color": "var(--val)",
                "thickness": 3,
                "width": 9,
            }
        }
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "mean, 95 % interval",
        "x": numbers([finding.mean]),
        "y": [0.75],
        "marker": markers("val", 13) | {"symbol": "diamond"},
        "hovertemplate": f"{amount(finding)}<extra></extra>",
        **ends,
    }


def _region(ends: tuple[float, float]) -> Figure:
    low, high = ends
    return {
        "type": "scatter",
        "x": numbers([low, high, high, low, low]),
        "y": [-1, -1, 1.15, 1.15, -1],
        "fill": "toself",
        "fillcolor": "var(--third-band)",
        "mode": "lines",
        "line": {"width": 1.6, "color": "var(--third)"},
        "name": "expected",
        "hoverinfo": "skip",
    }


def _spread_out(count: int) -> list[float]:
    """Give heights so that dots at one place stay apart."""
    return [-0.55 + 0.16 * (place % 5) for place in range(count)]


def _reach(
    drawn: Sequence[float], limits: tuple[float, float], *, log: bool
) -> tuple[float, float]:
    """Give the ends of the axis: all that is drawn, the finite limits, and some air."""
    seen = [*drawn, *(end for end in limits if math.isfinite(end) and (end > 0 or not log))]
    if log:
        logs = [math.log(value) for value in seen if value > 0]
        air = 0.15 * (max(logs) - min(logs)) or 0.1
        return math.exp(min(logs) - air), math.exp(max(logs) + air)
    air = 0.15 * (max(seen) - min(seen)) or 0.15 * abs(seen[0]) or 1.0
    return min(seen) - air, max(seen) + air


def _scale(low: float, high: float, *, log: bool) -> Figure:
    if log:
        return _log(low, high)
    return {"range": [low, high], "exponentformat": "e"}


def _log_places(places: Array) -> Figure:
    """Give a logarithmic axis of these places; few of them are its ticks."""
    places = places[places > 0]
    found = _log(float(places[0]), float(places[-1]))
    if len(places) > MOST_SIGNS:
        return found
    return found | {"tickvals": numbers(places), "ticktext": [f"{place:.3g}" for place in places]}


def _log(low: float, high: float) -> Figure:
    """Give a logarithmic axis; across many decades only some of them are written."""
    ends = [math.log10(low), math.log10(high)]
    if high / low < 1e3:
        return log_ticks(low, high) | {"range": [ends[0] - 0.03, ends[1] + 0.03]}
    step = max(1, round((ends[1] - ends[0]) / 6))
    decades = range(math.floor(ends[0]), math.ceil(ends[1]) + 1, step)
    return {
        "type": "log",
        "tickvals": [10.0**decade for decade in decades],
        "ticktext": [
            f"1e{decade}" if abs(decade) > 3 else f"{10.0**decade:g}" for decade in decades
        ],
    }
