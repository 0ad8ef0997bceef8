"""Learning curves: the mean over the seeds, its 95 % interval, and every seed as a thin line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from trainlab.report.figures import COLOURS, Figure, Floats, axis, figure, log_ticks, numbers
from trainlab.report.wording import arm_name, is_share
from trainlab.store.summary import Outcome

if TYPE_CHECKING:
    import pandas

__all__ = ["Band", "band", "curves"]

THIN_LINES = 16
"""Members drawn one by one; of more, as many are picked evenly."""
POINTS = 300
"""Points of a line; of more, neighbours are averaged."""
POSITIVE = {"loss", "norm", "lr", "rmse", "mae", "mse"}
"""Last parts of metrics whose axis begins at 0, or is logarithmic where they span decades."""
SPLITS = {"train": "train", "val": "validation"}


@dataclass(frozen=True, kw_only=True)
class Band:
    """One metric of one arm, NaN where a member was not measured or had stopped."""

    epochs: Floats
    """[T]"""
    values: Floats
    """[T, n], the members that did not diverge."""
    diverged: Floats
    """[T, m], those that did: drawn, and in no mean."""

    @property
    def n(self) -> Floats:
        """How many members each point rests on, [T]."""
        return np.asarray(np.isfinite(self.values).sum(axis=1), dtype=float)

    @property
    def mean(self) -> Floats:
        """Mean over the members, [T]."""
        total = np.where(np.isfinite(self.values), self.values, 0.0).sum(axis=1)
        return np.asarray(total / np.where(self.n > 0, self.n, np.nan))

    @property
    def half(self) -> Floats:
        """Half of the 95 % interval of the mean (Student's t), [T]; NaN where n < 2."""
        from scipy.special import stdtrit

        apart = np.where(np.isfinite(self.values), self.values - self.mean[:, None], 0.0)
        free = np.where(self.n > 1, self.n - 1, np.nan)
        return np.asarray(stdtrit(free, 0.975) * np.sqrt((apart**2).sum(1) / free / self.n))


def band(table: pandas.DataFrame, metric: str, outcomes: Sequence[Outcome]) -> Band | None:
    """Read one metric of some members from a run's metrics; None where it was never measured."""
    if metric not in table:
        return None
    own = table[table["member"].isin([outcome.member.member for outcome in outcomes])]
    own = own.dropna(subset=[metric])
    if own.empty:
        return None
    wide = own.pivot_table(index="epoch", columns="member", values=metric)
    counts = {outcome.member.member: outcome.counts for outcome in outcomes}
    kept = np.array([counts[int(member)] for member in wide.columns])
    epochs, values = _thinned(wide.index.to_numpy(float), wide.to_numpy(float))
    return Band(epochs=epochs, values=values[:, kept], diverged=values[:, ~kept])


def curves(
    table: pandas.DataFrame, metrics: Sequence[str], arms: Mapping[str, Sequence[Outcome]]
) -> Figure | None:
    """Draw metrics of one kind together, say train/loss and val/loss; None where there is none.

    One arm: a colour for each split. Several arms: a colour for each arm, training dotted.
    """
    data: list[Figure] = []
    means: list[Floats] = []
    for place, (arm, outcomes) in enumerate(arms.items()):
        for metric in metrics:
            found = band(table, metric, outcomes)
            if found is not None:
                look = _look(metric, arm, place if len(arms) > 1 else None)
                data += _traces(found, look)
                data += _chosen(table, metric, outcomes, look)
                means.append(found.mean)
    if not data:
        return None
    name = metrics[0].rpartition("/")[2]
    y = axis("") | _scale(name, np.concatenate(means))
    if name == "lr":  # where a member diverged says nothing on the curve of its rate
        data = [trace for trace in data if trace.get("name") != "diverged"]
    return figure(_named_once(data), x=axis("epoch"), y=y)


@dataclass(frozen=True)
class Look:
    """How a curve is drawn and named."""

    name: str
    colour: str
    dash: str
    legend: bool


def _look(metric: str, arm: str, place: int | None) -> Look:
    split = metric.partition("/")[0]
    if place is None:
        colour = split if split in SPLITS else "third"
        return Look(SPLITS.get(split, "all seeds"), colour, "solid", True)
    dotted = split == "train"
    return Look(
        arm_name(arm), COLOURS[place % len(COLOURS)], "dot" if dotted else "solid", not dotted
    )


def _traces(found: Band, look: Look) -> list[Figure]:
    known = np.isfinite(found.mean)
    parts = [_thin(found.epochs, found.diverged, "bad"), *_ends(found)]
    if found.values.shape[1] > 1:
        parts += [_thin(found.epochs, found.values, look.colour), *_shade(found, look)]
    return [*parts, _mean(found, look)] if known.any() else parts


def _thin(epochs: Floats, values: Floats, colour: str) -> Figure:
    """Draw members one by one, in one trace with gaps, since browsers count traces."""
    total = values.shape[1]
    picked = np.unique(np.linspace(0, total - 1, min(total, THIN_LINES)).round().astype(int))
    x = [v for _ in picked for v in [*numbers(epochs), None]]
    y = [v for column in picked for v in [*numbers(values[:, column]), None]]
    line = {"color": f"var(--{colour}-thin)", "width": 0.9}
    return _silent(x, y) | {"mode": "lines", "line": line, "connectgaps": False}


def _shade(found: Band, look: Look) -> list[Figure]:
    known = np.isfinite(found.half)
    if not known.any():
        return []
    x, mean, half = found.epochs[known], found.mean[known], found.half[known]
    low = mean - half
    if (mean > 0).all():  # an interval that reaches below 0 cannot be drawn on a logarithmic axis
        low = np.maximum(low, np.nanmin(np.where(found.values > 0, found.values, np.nan)))
    closed = (
        numbers(np.concatenate([x, x[::-1]])),
        numbers(np.concatenate([mean + half, low[::-1]])),
    )
    fill = {"fill": "toself", "fillcolor": f"var(--{look.colour}-band)", "line": {"width": 0}}
    return [_silent(*closed) | {"mode": "lines"} | fill]


def _mean(found: Band, look: Look) -> Figure:
    n, half = found.n, found.half
    notes = [f" \u00b1 {each:.2g}" if np.isfinite(each) else "" for each in half]
    words = [f"{note}  (n = {int(count)})" for note, count in zip(notes, n, strict=True)]
    return {
        "type": "scatter",
        "x": numbers(found.epochs),
        "y": numbers(found.mean),
        "mode": "lines" if len(found.epochs) > 1 else "markers",
        "name": f"{look.name} (n = {int(n.max())})",
        "showlegend": look.legend,
        "line": {"color": f"var(--{look.colour})", "width": 2.4, "dash": look.dash},
        "marker": {"color": f"var(--{look.colour})"},
        "customdata": words,
        "hovertemplate": "%{y:.4g}%{customdata}<extra>" + look.name + "</extra>",
    }


def _ends(found: Band) -> list[Figure]:
    """Mark where diverged members ended, at their last finite value."""
    lasts = [np.flatnonzero(np.isfinite(column)) for column in found.diverged.T]
    ends = [
        (found.epochs[at[-1]], c[at[-1]]) for at, c in zip(lasts, found.diverged.T, strict=True)
    ]
    if not ends:
        return []
    x, y = zip(*ends, strict=True)
    marker = {"color": "var(--bad)", "size": 8, "symbol": "x-thin-open", "line": {"width": 2}}
    named = {"name": "diverged", "showlegend": True}
    return [_silent(numbers(x), numbers(y)) | {"mode": "markers", "marker": marker} | named]


def _chosen(
    table: pandas.DataFrame, metric: str, outcomes: Sequence[Outcome], look: Look
) -> list[Figure]:
    """Ring the points whose weights were chosen, on validation curves."""
    steps = {o.member.member: o.best_step for o in outcomes if o.counts}
    if not metric.startswith("val/"):
        return []
    at = table[table["step"] == table["member"].map(steps)].dropna(subset=[metric])
    if at.empty:
        return []
    line = {"width": 1.4, "color": f"var(--{look.colour})"}
    marker = {"color": "var(--card)", "size": 6.5, "line": line}
    named = {"name": "chosen weights", "showlegend": True}
    points = _silent(numbers(at["epoch"]), numbers(at[metric]))
    return [points | {"mode": "markers", "marker": marker} | named]


def _silent(x: list[Any], y: list[Any]) -> Figure:
    return {"type": "scatter", "x": x, "y": y, "showlegend": False, "hoverinfo": "skip"}


def _named_once(data: Sequence[Figure]) -> list[Figure]:
    """Draw the marks over the lines, and name each kind of them once in the legend."""
    seen: set[str] = set()
    found = []
    for trace in sorted(data, key=lambda trace: trace["mode"] == "markers"):
        shown = trace["showlegend"] and trace["name"] not in seen
        found.append(trace | {"showlegend": shown})
        if shown:
            seen.add(trace["name"])
    return found


def _scale(name: str, mean: Floats) -> Figure:
    """Choose the axis: logarithmic for what is positive and spans more than a decade."""
    if is_share(name):
        return {"tickformat": ".0%"}
    finite = mean[np.isfinite(mean)]
    if name not in POSITIVE or not len(finite):
        return {}
    if name == "lr" or finite.min() <= 0 or finite.max() / finite.min() < 10:
        return {"rangemode": "tozero"}
    return log_ticks(float(finite.min()), float(finite.max()))


def _thinned(epochs: Floats, values: Floats) -> tuple[Floats, Floats]:
    """Average neighbours until there are at most POINTS points."""
    every = -(-len(epochs) // POINTS)
    if every <= 1:
        return epochs, values
    starts = np.arange(0, len(epochs), every)
    sizes = np.diff([*starts, len(epochs)])
    return np.add.reduceat(epochs, starts) / sizes, np.add.reduceat(values, starts) / sizes[:, None]
