"""The figures of a comparison: differences, curves, sensitivity to what was tuned, way to a target.

Every arm keeps its colour and its sign from figure to figure, in the order of the ranking.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import median_low

import numpy as np

from trainlab.comparison.measure import FALLING
from trainlab.comparison.ranges import USUAL
from trainlab.comparison.result import Comparison
from trainlab.comparison.statistics.court import gains, goods
from trainlab.comparison.statistics.verdict import Verdict
from trainlab.comparison.tuning import Tried, Tuned
from trainlab.report.compare_wording import difference, values
from trainlab.report.figures import COLOURS, Figure, axis, figure, log_ticks, markers, numbers

__all__ = ["curves_figure", "differences_figure", "tuned_figure", "way_figure"]

DASHES = ("solid", "dash", "dot")
SIGNS = ("circle", "square", "diamond", "triangle-up", "triangle-down", "cross")


WIDE = 300
"""A falling metric that is so many times its least somewhere is drawn over a logarithm."""


class Style:
    """An arm's colour, dash and sign: its place in the ranking."""

    def __init__(self, found: Comparison, arm: str) -> None:
        self.place = [row.arm for row in found.judgement.ranking].index(arm)
        self.colour = COLOURS[self.place % len(COLOURS)]
        self.dash = DASHES[self.place // len(COLOURS) % len(DASHES)]
        self.sign = SIGNS[self.place % len(SIGNS)]

    def line(self, width: float = 2.4) -> Figure:
        """Give how its line is drawn."""
        return {"color": f"var(--{self.colour})", "width": width, "dash": self.dash}


def differences_figure(found: Comparison, verdicts: Sequence[Verdict]) -> Figure:
    """Draw each verdict's paired differences as dots, their mean and interval as a bar."""
    data: list[Figure] = list(_within(found.design.margin, len(verdicts)))
    for place, verdict in enumerate(verdicts):
        colour = Style(found, verdict.arm).colour
        data.append(_dots(_gaps(found, verdict), place, colour, "%{x:+.4g}"))
        data.append(_interval(verdict, place, colour))
    unit = found.judgement.unit or found.measure.metric
    x = axis(f"better than {verdicts[0].other} by, {unit}") | {
        "zeroline": True,
        "rangemode": "tozero",
    }
    x |= {"zerolinecolor": "var(--ink)", "zerolinewidth": 1.6}
    return _rows(data, x, [verdict.arm for verdict in verdicts])


def _within(margin: float | None, rows: int) -> Iterator[Figure]:
    """Shade the differences that do not matter."""
    if margin is not None:
        yield {
            "type": "scatter",
            "mode": "lines",
            "x": numbers([-margin, margin, margin, -margin]),
            "y": [-0.5, -0.5, rows - 0.5, rows - 0.5],
            "fill": "toself",
            "fillcolor": "var(--third-band)",
            "line": {"width": 0},
            "showlegend": False,
            "hoverinfo": "skip",
        }


def curves_figure(found: Comparison, name: str) -> Figure:
    """Draw a validation curve an arm: the mean over the seeds, its 95 % interval as a band."""
    data = [
        trace for row in found.judgement.ranking for trace in _curve(found, row.arm, f"val/{name}")
    ]
    y = axis(f"val/{name}") | ({"tickformat": ".0%"} if name == "accuracy" else {})
    drawn = [v for trace in data if "name" in trace for v in trace["y"] if v is not None]
    if name in FALLING and drawn and max(drawn) > WIDE * min(drawn) > 0:
        y |= {"type": "log"}  # one arm that explodes would press all others onto the axis
        _raise(data, min(drawn) / 2)
    return figure(
        data, x=axis("updates") | {"rangemode": "tozero"}, y=y, height=_height(found, 360)
    )


def _raise(data: Sequence[Figure], least: float) -> None:
    """Let no band reach 0, which a logarithm has not."""
    for trace in data:
        trace["y"] = [None if value is None else max(value, least) for value in trace["y"]]


def tuned_figure(found: Comparison, key: str) -> Figure:
    """Draw what each trial came to over a tuned value; the best of each arm has a ring."""
    name = found.measure.on("val").metric
    every = [trial.values[key] for each in found.tuned for trial in each.tried]
    log = min(every) > 0 and not (key in USUAL and not USUAL[key].log)
    alone = len(found.tuned[0].values) == 1
    floor = min((s for each in found.tuned for s in _scores(found, each)), default=0.0)
    data = [
        trace
        for each in sorted(found.tuned, key=lambda each: Style(found, each.arm).place)
        for trace in _trials(found, each, key, (alone, floor))
    ]
    x = axis(key) | (log_ticks(min(every), max(every)) if log else {})
    share = name == "accuracy" and found.measure.target is None
    title = found.measure.on("val").name if found.measure.target is None else found.measure.title
    y = axis(title) | ({"tickformat": ".0%"} if share else {})
    return figure(data, x=x, y=y, height=_height(found, 380))


def way_figure(found: Comparison, ways: dict[str, list[float]], title: str) -> Figure:
    """Draw how many updates each training took to a target: dots, and the median as a line."""
    data: list[Figure] = []
    for place, (arm, steps) in enumerate(ways.items()):
        there = [step for step in steps if math.isfinite(step)]
        colour = Style(found, arm).colour
        data.append(_dots(there, place, colour, "%{x:,.0f} updates"))
        if 2 * len(there) >= len(steps):
            every = [step if math.isfinite(step) else math.inf for step in steps]
            data.append(_stroke(median_low(every), place, colour))
    return _rows(data, axis(title) | {"rangemode": "tozero"}, list(ways))


def _rows(data: Sequence[Figure], x: Figure, names: Sequence[str]) -> Figure:
    """Make a figure of one row a name, from above."""
    y = axis("") | {"showgrid": False, "range": [len(names) - 0.5, -0.5]}
    y |= {"tickvals": list(range(len(names))), "ticktext": [_wrapped(name) for name in names]}
    drawn = figure(data, x=x, y=y, height=96 + 52 * len(names))
    drawn["layout"]["margin"]["t"] = 12
    return drawn


def _dots(found: Sequence[float], row: int, colour: str, told: str) -> Figure:
    """Draw a dot a value in a row; equal ones stand one above the other."""
    same = Counter(found)
    nth: Counter[float] = Counter()
    places = []
    for value in found:
        gap = min(0.15, 0.7 / same[value])
        places.append(row + gap * (nth[value] - (same[value] - 1) / 2))
        nth[value] += 1
    return {
        "type": "scatter",
        "mode": "markers",
        "showlegend": False,
        "x": numbers(found),
        "y": numbers(places),
        "marker": markers(colour, 8) | {"opacity": 0.55},
        "hovertemplate": f"{told}<extra></extra>",
    }


def _stroke(value: float, row: int, colour: str) -> Figure:
    """Draw a row's median."""
    return {
        "type": "scatter",
        "mode": "lines",
        "showlegend": False,
        "x": numbers([value, value]),
        "y": [row - 0.36, row + 0.36],
        "line": {"color": f"var(--{colour})", "width": 3.2},
        "hovertemplate": "median %{x:,.0f}<extra></extra>",
    }


def _gaps(found: Comparison, verdict: Verdict) -> list[float]:
    scale, pairs = found.measure.scale, verdict.evidence.pairs
    first, second = (
        goods(found.scores(arm)[:pairs], scale) for arm in (verdict.arm, verdict.other)
    )
    return [float(gap) for gap in gains(first, second) if math.isfinite(gap)]


def _interval(verdict: Verdict, row: int, colour: str) -> Figure:
    seen = verdict.evidence
    told = f"{verdict.arm} to {verdict.other}: {difference(verdict)}, p {seen.corrected:.3g}"
    drawn: Figure = {
        "type": "scatter",
        "mode": "markers",
        "showlegend": False,
        "x": numbers([seen.gain]),
        "y": [row],
        "marker": markers(colour, 12) | {"symbol": "diamond"},
        "hovertemplate": f"{_escaped(told)}<extra></extra>",
    }
    if math.isfinite(seen.low + seen.high):
        drawn["error_x"] = {
            "type": "data",
            "symmetric": False,
            "array": numbers([seen.high - seen.gain]),
            "arrayminus": numbers([seen.gain - seen.low]),
            "color": f"var(--{colour})",
            "thickness": 2.4,
            "width": 7,
        }
    return drawn


def _curve(found: Comparison, arm: str, name: str) -> Iterator[Figure]:
    from scipy.stats import t

    at = _by_step(found, arm, name)
    steps = sorted(at)
    counts = np.array([len(at[step]) for step in steps])
    means = np.array([np.mean(at[step]) for step in steps])
    overlap = found.design.terms(found.folds).overlap
    halves = np.array(
        [t.ppf(0.975, n - 1) * np.std(at[s], ddof=1) * (1 / n + overlap) ** 0.5
         if (n := len(at[s])) > 1 else 0.0 for s in steps]
    )  # fmt: skip
    style, metric = Style(found, arm), name.removeprefix("val/")
    least = 0.0 if metric in (*FALLING, "accuracy") else -np.inf
    most = 1.0 if metric == "accuracy" else np.inf
    edges = np.clip([means + halves, means - halves], least, most)  # no share is above 1
    shared = {"type": "scatter", "mode": "lines", "legendgroup": arm}
    if halves.any():
        yield shared | {
            "x": [*steps, *steps[::-1]],
            "y": numbers(np.concatenate([edges[0], edges[1][::-1]])),
            "fill": "toself",
            "fillcolor": f"var(--{style.colour}-band)",
            "line": {"width": 0},
            "showlegend": False,
            "hoverinfo": "skip",
        }
    yield shared | {
        "x": steps or numbers([math.nan]),  # an arm without a value stays in the legend: n = 0
        "y": numbers(means) or numbers([math.nan]),
        "name": f"{_escaped(arm)} (n = {max(map(len, at.values()), default=0)})",
        "line": style.line(2.2),
        "customdata": counts.tolist(),
        "hovertemplate": f"{_escaped(arm)}: %{{y:.4g}}, n = %{{customdata}}<extra></extra>",
    }


def _by_step(found: Comparison, arm: str, name: str) -> dict[int, list[float]]:
    """Give the finite values of a curve at each step, a pair: the mean of a fold."""
    at: dict[int, dict[int, list[float]]] = {}
    for place, outcome in enumerate(found.outcomes[arm]):
        pair = place % found.judgement.pairs
        for step, value in zip(outcome.steps, outcome.curve.get(name, ()), strict=False):
            if math.isfinite(value):
                at.setdefault(step, {}).setdefault(pair, []).append(value)
    return {step: [float(np.mean(v)) for v in pairs.values()] for step, pairs in at.items()}


def _scores(found: Comparison, each: Tuned) -> list[float]:
    """Give the finite scores of an arm's trials, in their own unit."""
    shown = (found.measure.scale.sign * trial.score for trial in each.tried)
    return [score for score in shown if math.isfinite(score)]


def _trials(
    found: Comparison, each: Tuned, key: str, drawn: tuple[bool, float]
) -> Iterator[Figure]:
    """Draw an arm's trials: full, hollow where dropped, a cross where diverged; a ring: the best.

    `drawn` says whether points are joined, and where the crosses lie.
    """
    (joined, floor), style, sign = drawn, Style(found, each.arm), found.measure.scale.sign
    tried = sorted(each.tried, key=lambda trial: trial.values[key])
    scored = [trial for trial in tried if math.isfinite(trial.score)]
    lost_ones = [trial for trial in tried if not math.isfinite(trial.score)]
    colour = f"var(--{style.colour})"
    full = [colour if trial.why != "dropped" else "var(--card)" for trial in scored]
    shared = {"type": "scatter", "legendgroup": each.arm}
    sign_of_arm = {"size": 9, "symbol": style.sign, "color": colour}
    yield shared | {
        "x": [None],
        "y": [None],
        "mode": "lines+markers" if joined else "markers",
        "name": _escaped(each.arm),
        "line": style.line(1.4),
        "marker": sign_of_arm,
    }
    yield shared | {
        "x": numbers([trial.values[key] for trial in scored]),
        "y": numbers([sign * trial.score for trial in scored]),
        "mode": "lines+markers" if joined else "markers",
        "showlegend": False,
        "line": style.line(1.4),
        "marker": sign_of_arm | {"color": full, "line": {"width": 1.6, "color": colour}},
        "text": [_told(trial, each.arm) for trial in scored],
        "hovertemplate": "%{text}: %{y:.4g}<extra></extra>",
    }
    best = [trial for trial in scored if trial.values == each.values][:1]
    ring = {"size": 19, "symbol": "circle-open", "color": colour, "line": {"width": 2.2}}
    cross = {"size": 10, "symbol": "x-thin-open", "color": colour, "line": {"width": 2.2}}
    for trials, marker, y in (
        (best, ring, [sign * trial.score for trial in best]),
        (lost_ones, cross, [floor] * len(lost_ones)),
    ):
        if trials:
            yield shared | {
                "x": numbers([trial.values[key] for trial in trials]),
                "y": numbers(y),
                "mode": "markers",
                "showlegend": False,
                "marker": marker,
                "text": [_told(trial, each.arm) for trial in trials],
                "hovertemplate": "%{text}<extra></extra>",
            }


def _told(trial: Tried, arm: str) -> str:
    return _escaped(f"{arm}, {values(trial.values)}, {trial.why} after {trial.taken} updates")


def _height(found: Comparison, base: int) -> int:
    """Leave room for a legend of many arms: some three in a row, of 30 pixels."""
    return base + 30 * max(0, (len(found.arms) - 4 + 2) // 3)


def _wrapped(name: str) -> str:
    """Break a long name of an arm at a blank, as Plotly writes lines."""
    safe = _escaped(name)
    if len(name) <= 18 or " " not in safe:
        return safe
    middle = min((i for i, sign in enumerate(safe) if sign == " "), key=lambda i: abs(i - 9))
    return f"{safe[:middle]}<br>{safe[middle + 1 :]}"


def _escaped(text: str) -> str:
    """Give text that Plotly shows as it is: it reads a few tags."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
