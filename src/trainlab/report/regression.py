"""Test-split figures of a regression: prediction against truth, and what is left over."""

from __future__ import annotations

import numpy as np

from trainlab.report.figures import (
    COLOURS,
    Figure,
    Floats,
    axis,
    diagonal,
    figure,
    markers,
    numbers,
)
from trainlab.store.predictions import Predictions

__all__ = ["against_truth", "residuals"]

MOST = 4000
"""Points of a scatter plot; of more, as many are picked evenly."""


def against_truth(found: Predictions) -> Figure:
    """Draw the mean prediction of the trusted members against the truth."""
    data = []
    said, true = _mean(found)
    for k, name in enumerate(_names(found)):
        data.append(_points(true[:, k], said[:, k], name, COLOURS[k % len(COLOURS)]))
    low, high = _span(np.concatenate([said, true]))
    square = {"range": [low, high], "constrain": "domain"}
    x = axis("true") | square
    y = axis(_predicted(found)) | square | {"scaleanchor": "x"}
    return figure([diagonal(low, high, "exact"), *data], x=x, y=y, height=440)


def residuals(found: Predictions) -> Figure:
    """Draw predicted minus true against the prediction, with their distribution beside it."""
    data = []
    said, true = _mean(found)
    for k, name in enumerate(_names(found)):
        colour, left = COLOURS[k % len(COLOURS)], said[:, k] - true[:, k]
        data.append(_points(said[:, k], left, name, colour))
        data.append(_distribution(left, name, colour))
    made = figure(
        data,
        x=axis(_predicted(found)) | {"domain": [0, 0.8]},
        y=axis("predicted - true") | {"zeroline": True, "zerolinecolor": "var(--faint)"},
        height=440,
    )
    made["layout"] |= {
        "xaxis2": axis("")
        | {"domain": [0.83, 1], "showticklabels": False, "showgrid": False, "ticks": ""},
        "barmode": "overlay",
        "bargap": 0.08,
    }
    return made


def _mean(found: Predictions) -> tuple[Floats, Floats]:
    """Average over the members example by example where they share the split: [n, k] each."""
    said = found.outputs[found.trusted].double()
    true = found.truth[found.trusted].double()
    if found.indices.dim() > 1:
        return said.flatten(0, 1).numpy(), true.flatten(0, 1).numpy()
    return said.mean(0).numpy(), true[0].numpy()


def _predicted(found: Predictions) -> str:
    averaged = int(found.trusted.sum()) > 1 and found.indices.dim() == 1
    return "predicted (mean over seeds)" if averaged else "predicted"


def _names(found: Predictions) -> list[str]:
    k = found.outputs.shape[2]
    return list(found.classes) or [
        f"target {each}" if k > 1 else "test examples" for each in range(k)
    ]


def _span(values: Floats) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    edge = 0.04 * (high - low) or 1.0
    return low - edge, high + edge


def _points(x: Floats, y: Floats, name: str, colour: str) -> Figure:
    picked = np.unique(np.linspace(0, len(x) - 1, min(len(x), MOST)).round().astype(int))
    return {
        "type": "scattergl" if len(picked) > 2000 else "scatter",
        "x": numbers(x[picked]),
        "y": numbers(y[picked]),
        "mode": "markers",
        "name": name,
        "legendgroup": name,
        "marker": markers(colour) | {"opacity": 0.75},
        "hovertemplate": "%{x:.4g}, %{y:.4g}<extra></extra>",
    }


def _distribution(left: Floats, name: str, colour: str) -> Figure:
    return {
        "type": "histogram",
        "y": numbers(left),
        "xaxis": "x2",
        "name": name,
        "legendgroup": name,
        "showlegend": False,
        "marker": {"color": f"var(--{colour}-thin)"},
        "hovertemplate": "%{x} examples<extra></extra>",
    }
