"""Test-split figures of a classifier: where it is wrong, and whether it knows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainlab.report.figures import Figure, Floats, axis, diagonal, figure, markers, numbers
from trainlab.store.predictions import Predictions
from trainlab.store.summary import Interval, interval

__all__ = [
    "Reliability",
    "calibration",
    "calibration_error",
    "confusion",
    "confusion_counts",
    "reliability",
]

BINS = 10
WRITTEN = 12
"""Classes up to which every cell of the confusion matrix carries its number."""


def confusion_counts(found: Predictions) -> NDArray[np.int64]:
    """Count [C, C]: rows are true classes, columns predicted ones, pooled over trusted members."""
    said = found.probabilities[found.trusted].argmax(-1).numpy()
    true = found.truth[found.trusted].numpy()
    classes = found.probabilities.shape[-1]
    flat = np.bincount((true * classes + said).ravel(), minlength=classes * classes)
    return flat.reshape(classes, classes)


def confusion(found: Predictions) -> Figure:
    """Draw the confusion matrix, each row in percent of its class.

    What is right and what is wrong have a colour scale each: mistakes are rare, and would be
    invisible beside the diagonal.
    """
    counts = confusion_counts(found)
    names = list(found.classes) or [str(each) for each in range(len(counts))]
    totals = counts.sum(axis=1, keepdims=True)
    share = 100 * np.divide(counts, totals, out=np.zeros(counts.shape), where=totals > 0)
    right = np.eye(len(counts), dtype=bool)
    wrong = ~right & (counts > 0)
    worst = max(float(share[wrong].max(initial=0.0)), 1e-9)
    shared = _cells(counts, share, names)
    data = [
        {**shared, **_colours(np.where(right, share, np.nan), "right", 100.0)},
        {**shared, **_colours(np.where(wrong, share, np.nan), "wrong", worst)},
    ]
    square = {"type": "category", "showgrid": False, "constrain": "domain"}
    x = axis("predicted") | square
    y = axis("true") | square | {"autorange": "reversed", "scaleanchor": "x"}
    made = figure(data, x=x, y=y, height=440)
    made["layout"]["margin"]["t"] = 10
    return made


@dataclass(frozen=True, kw_only=True)
class Reliability:
    """Confidence and accuracy in bins of equal width, for each member: [P, BINS]."""

    confidence: Floats
    """Mean confidence, NaN in an empty bin."""
    accuracy: Floats
    count: Floats


def calibration(found: Predictions) -> Reliability:
    """Sort every prediction into a bin by the probability of the class it names."""
    probabilities = found.probabilities[found.trusted].numpy()
    confidence = probabilities.max(-1)
    right = probabilities.argmax(-1) == found.truth[found.trusted].numpy()
    bins = np.clip((confidence * BINS).astype(int), 0, BINS - 1)
    at = (np.arange(len(bins))[:, None] * BINS + bins).ravel()
    cells = len(bins) * BINS
    count, sure, good = (
        np.bincount(at, weights, minlength=cells).reshape(-1, BINS)
        for weights in (np.ones(at.size), confidence.ravel(), right.ravel().astype(float))
    )
    filled = np.where(count > 0, count, np.nan)
    return Reliability(confidence=sure / filled, accuracy=good / filled, count=count.astype(float))


def calibration_error(found: Predictions) -> Interval:
    """Give the expected calibration error: sum over bins of n_b/n |accuracy - confidence|.

    Guo et al. 2017, equation 3, ten bins of equal width; mean and interval are over the members.
    """
    bins = calibration(found)
    gaps = np.nan_to_num(np.abs(bins.accuracy - bins.confidence)) * bins.count
    return interval((gaps.sum(1) / bins.count.sum(1)).tolist())


def reliability(found: Predictions) -> Figure:
    """Draw accuracy against confidence, with how many predictions there are of each confidence."""
    bins = calibration(found)
    used = bins.count.sum(0) > 0
    pooled = bins.count.sum(0)[used]
    sure = np.nansum(bins.confidence * bins.count, 0)[used] / pooled
    good = np.nansum(bins.accuracy * bins.count, 0)[used] / pooled
    over = [interval(column[np.isfinite(column)].tolist()) for column in bins.accuracy.T[used]]
    half = np.nan_to_num([each.half for each in over])
    data = [
        diagonal(0, 1, "perfectly calibrated"),
        {
            "type": "scatter",
            "x": numbers(sure),
            "y": numbers(good),
            "mode": "lines+markers",
            "name": "accuracy in the bin",
            "line": {"color": "var(--val)", "width": 1.6},
            "marker": markers("val") | {"size": numbers(5 + 9 * np.sqrt(pooled / pooled.max()))},
            "error_y": {
                "type": "data",
                "symmetric": False,
                "array": numbers(np.minimum(half, 1 - good)),
                "arrayminus": numbers(np.minimum(half, good)),
                "color": "var(--val-thin)",
                "thickness": 1.6,
                "width": 4,
            },
            "customdata": [int(each) for each in pooled],
            "hovertemplate": "says %{x:.1%}, is right in %{y:.1%}<br>"
            "%{customdata} predictions<extra></extra>",
        },
        _histogram(bins.count.sum(0)),
    ]
    made = figure(data, x=_unit("confidence"), y=_unit("accuracy"), height=440)
    made["layout"]["yaxis"]["domain"] = [0.26, 1]
    made["layout"]["yaxis2"] = axis("share") | {
        "domain": [0, 0.16],
        "tickformat": ".0%",
        "nticks": 3,
    }
    made["layout"]["xaxis"]["anchor"] = "y2"
    return made


def _histogram(count: Floats) -> Figure:
    return {
        "type": "bar",
        "x": numbers((np.arange(BINS) + 0.5) / BINS),
        "y": numbers(count / max(count.sum(), 1)),
        "width": 0.92 / BINS,
        "yaxis": "y2",
        "name": "predictions of this confidence",
        "showlegend": False,
        "marker": {"color": "var(--val-thin)"},
        "hovertemplate": "%{y:.1%} of the predictions<extra></extra>",
    }


def _unit(title: str) -> Figure:
    return axis(title) | {"range": [-0.02, 1.02], "tickformat": ".0%", "dtick": 0.2}


def _cells(counts: NDArray[np.int64], share: Floats, names: list[str]) -> Figure:
    totals = counts.sum(axis=1)
    words = [
        [
            f"true {true}, predicted {said}<br>{count:,} of {total:,} ({part:.2f} %)"
            for said, count, part in zip(names, row, parts, strict=True)
        ]
        for true, row, parts, total in zip(names, counts, share, totals, strict=True)
    ]
    return {
        "type": "heatmap",
        "x": names,
        "y": names,
        "customdata": words,
        "hovertemplate": "%{customdata}<extra></extra>",
        "hoverongaps": False,
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
    }


def _colours(share: Floats, kind: str, most: float) -> Figure:
    written = [[_percent(value) for value in row] for row in share]
    return {
        "z": numbers(share),
        "text": written if len(share) <= WRITTEN else None,
        "texttemplate": "%{text}" if len(share) <= WRITTEN else "",
        "textfont": {"size": 12},
        "zmin": 0,
        "zmax": most,
        "colorscale": [[0, f"var(--{kind}-low)"], [1, f"var(--{kind}-high)"]],
    }


def _percent(value: float) -> str:
    """Write a share so that it fits its cell."""
    return "" if np.isnan(value) else f"{value:.1f}".replace("100.0", "100")
