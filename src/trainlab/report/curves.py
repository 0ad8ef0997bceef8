"""Learning curves: the mean over the seeds, its 95 % interval, and every seed as a thin line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trainlab.report.figures import Figure, Floats, axis, figure, log_ticks, markers, numbers
from trainlab.store.members import Member
from trainlab.store.summary import Outcome

if TYPE_CHECKING:
    import pandas

__all__ = ["Band", "band", "curves"]

THIN_LINES = 16
"""Members drawn one by one; of more, as many are picked evenly."""
POINTS = 300
"""Points of a line; of more, neighbours are averaged."""
COLOURS = ("val", "train", "third", "fourth", "fifth", "sixth")
LOGARITHMIC = {"loss", "norm", "lr"}
"""Last parts of metrics that may be drawn on a logarithmic axis."""


@dataclass(frozen=True, kw_only=True)
class Band:
    """One metric of one arm: [T] epochs, [T, n] values, NaN where a member had stopped."""

    epochs: Floats
    values: Floats
    members: tuple[int, ...]

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
        """Half of the 95 % interval of the mean, [T]; NaN where n < 2."""
        from scipy.special import stdtrit

        apart = np.where(np.isfinite(self.values), self.values - self.mean[:, None], 0.0)
        free = np.where(self.n > 1, self.n - 1, np.nan)
        return np.asarray(stdtrit(free, 0.975) * np.sqrt((apart**2).sum(1) / free / self.n))


def band(table: pandas.DataFrame, metric: str, members: Sequence[Member]) -> Band | None:
    """Read one metric of some members from a run's metrics; None where it was never measured."""
    if metric not in table:
        return None
    numbers_of = [member.member for member in members]
    own = table[table["member"].isin(numbers_of)].dropna(subset=[metric])
    if own.empty:
        return None
    wide = own.pivot_table(index="epoch", columns="member", values=metric)
    epochs, values = _thinned(wide.index.to_numpy(float), wide.to_numpy(float))
    return Band(epochs=epochs, values=values, members=tuple(int(name) for name in wide.columns))


def curves(
    table: pandas.DataFrame, metrics: Sequence[str], outcomes: Sequence[Outcome]
) -> Figure | None:
    """Draw metrics of one kind together, such as train/loss and val/loss; None where none exists.

    One arm: a colour for each split. Several arms: a colour for each arm, training dotted.
    """
    arms: dict[str, list[Member]] = {}
    for outcome in outcomes:
        arms.setdefault(outcome.member.arm, []).append(outcome.member)
    data: list[Figure] = []
    drawn: list[Band] = []
    for place, (arm, members) in enumerate(arms.items()):
        for metric in metrics:
            found = band(table, metric, members)
            if found is not None:
                look = _look(metric, arm, place if len(arms) > 1 else None)
                data += _traces(found, look, _ends(found, outcomes))
                drawn.append(found)
    if not drawn:
        return None
    name = metrics[0].rpartition("/")[2]
    values = np.concatenate([each.mean for each in drawn])
    y = axis("") | _scale(name, values)
    return figure(data, x=axis("epoch"), y=y)


@dataclass(frozen=True)
class Look:
    """How a curve is drawn and named."""

    name: str
    colour: str
    dash: str


def _look(metric: str, arm: str, place: int | None) -> Look:
    split = metric.partition("/")[0] if "/" in metric else metric
    named = {"train": "train", "val": "validation", "test": "test"}.get(split, "all seeds")
    if place is None:
        return Look(
            named, "train" if split == "train" else "val" if split == "val" else "third", "solid"
        )
    words = f"{named}, {arm or 'as in the recipe'}"
    return Look(words, COLOURS[place % len(COLOURS)], "dot" if split == "train" else "solid")


def _traces(found: Band, look: Look, ends: Figure | None) -> list[Figure]:
    parts = [*_thin(found, look), *_shade(found, look), _mean(found, look)]
    return [*parts, ends] if ends else parts


def _thin(found: Band, look: Look) -> list[Figure]:
    """Draw members one by one; all in one trace, with gaps, since browsers count traces."""
    total = found.values.shape[1]
    if total < 2:
        return []
    picked = np.unique(np.linspace(0, total - 1, min(total, THIN_LINES)).round().astype(int))
    gap = [None]
    x = [v for _ in picked for v in [*numbers(found.epochs), *gap]]
    y = [v for column in picked for v in [*numbers(found.values[:, column]), *gap]]
    return [
        {
            **_line(look, x, y, 0.8),
            "line": {"color": f"var(--{look.colour}-thin)", "width": 0.9},
            "showlegend": False,
            "hoverinfo": "skip",
        }
    ]


def _shade(found: Band, look: Look) -> list[Figure]:
    known = np.isfinite(found.half)
    if not known.any():
        return []
    x, mean, half = found.epochs[known], found.mean[known], found.half[known]
    low = np.maximum(mean - half, np.nanmin(found.values)) if (mean > 0).all() else mean - half
    edge = {
        "type": "scatter",
        "x": numbers(np.concatenate([x, x[::-1]])),
        "y": numbers(np.concatenate([mean + half, low[::-1]])),
        "mode": "lines",
        "fill": "toself",
        "fillcolor": f"var(--{look.colour}-band)",
        "line": {"width": 0},
        "legendgroup": look.name,
        "showlegend": False,
        "hoverinfo": "skip",
    }
    return [edge]


def _mean(found: Band, look: Look) -> Figure:
    n, half = found.n, found.half
    notes = [f" \u00b1 {h:.3g}" if np.isfinite(h) else "" for h in half]
    words = [f"{note}  (n = {int(count)})" for note, count in zip(notes, n, strict=True)]
    return {
        **_line(look, numbers(found.epochs), numbers(found.mean), 2.4),
        "name": f"{look.name} (n = {int(n.max())})",
        "customdata": words,
        "hovertemplate": "%{y:.4g}%{customdata}<extra>" + look.name + "</extra>",
    }


def _line(look: Look, x: list[object], y: list[object], width: float) -> Figure:
    return {
        "type": "scatter",
        "x": x,
        "y": y,
        "mode": "lines" if len(x) > 1 else "markers",
        "name": look.name,
        "legendgroup": look.name,
        "line": {"color": f"var(--{look.colour})", "width": width, "dash": look.dash},
    }


def _ends(found: Band, outcomes: Sequence[Outcome]) -> Figure | None:
    """Mark where diverged members ended, at their last finite value."""
    diverged = {o.member.member: o for o in outcomes if not o.counts}
    points = []
    for column, member in enumerate(found.members):
        finite = np.flatnonzero(np.isfinite(found.values[:, column]))
        if member in diverged and len(finite):
            at = finite[-1]
            points.append((found.epochs[at], found.values[at, column], diverged[member]))
    if not points:
        return None
    return {
        "type": "scatter",
        "x": numbers([x for x, _, _ in points]),
        "y": numbers([y for _, y, _ in points]),
        "mode": "markers",
        "marker": markers("bad", 9) | {"symbol": "x"},
        "name": "diverged",
        "legendgroup": "diverged",
        "customdata": [f"seed {o.member.seed} diverged at step {o.steps}" for *_, o in points],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _scale(name: str, mean: Floats) -> Figure:
    """Choose the axis: logarithmic for what spans more than a decade and is positive."""
    finite = mean[np.isfinite(mean)]
    if name not in LOGARITHMIC or not len(finite) or finite.min() <= 0:
        return {"rangemode": "tozero"} if name in LOGARITHMIC else {}
    if finite.max() / finite.min() < 10:
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
