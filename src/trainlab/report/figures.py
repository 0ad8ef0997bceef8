"""What all figures share: plain Plotly dictionaries whose colours are names of the style sheet.

A figure is `{"data": [...], "layout": {...}}`. A colour is written `var(--val)`, and draw.js reads
its value from style.css, so that light, dark and print are decided in one place. Plain dictionaries
rather than plotly.graph_objects: the same result without a second of imports.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainlab.errors import RunError

__all__ = [
    "COLOURS",
    "Figure",
    "Floats",
    "axis",
    "diagonal",
    "embed",
    "figure",
    "log_ticks",
    "markers",
    "numbers",
    "plotly_script",
]

Figure = dict[str, Any]
Floats = NDArray[np.float64]
COLOURS = ("val", "train", "third", "fourth", "fifth", "sixth")
"""Names of style.css for what has no colour of its own, in order."""
DIGITS = 5
"""Significant digits of what is drawn: finer than a pixel, a third of the bytes."""


def figure(data: Sequence[Figure], *, x: Figure, y: Figure, height: int = 300) -> Figure:
    """Make a figure of traces and two axes; the legend lies above the plot."""
    layout = {
        "height": height,
        "margin": {"l": 52, "r": 14, "t": 34, "b": 46},
        "font": {"family": "inherit", "size": 13, "color": "var(--muted)"},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "hoverlabel": {
            "bgcolor": "var(--card)",
            "bordercolor": "var(--line)",
            "font": {"color": "var(--ink)", "size": 13},
        },
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "xanchor": "left"},
        "showlegend": True,
        "xaxis": x,
        "yaxis": y,
    }
    return {"data": list(data), "layout": layout}


def axis(title: str) -> Figure:
    """Make an axis; add Plotly's own names with `|`."""
    return {
        "title": {"text": title, "standoff": 8, "font": {"size": 13}},
        "tickfont": {"size": 12},
        "gridcolor": "var(--grid)",
        "linecolor": "var(--axis)",
        "tickcolor": "var(--axis)",
        "zeroline": False,
        "automargin": True,
    }


def log_ticks(low: float, high: float) -> Figure:
    """Make the ticks of a logarithmic axis: 1, 2, 5 of each decade, written in full."""
    decades = range(math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 1)
    wide = high / low > 1000
    values = [step * 10.0**decade for decade in decades for step in ((1,) if wide else (1, 2, 5))]
    return {"type": "log", "tickvals": values, "ticktext": [f"{value:g}" for value in values]}


def markers(colour: str, size: float = 7) -> Figure:
    """Make markers with a thin edge of the background, so that overlapping ones stay apart."""
    edge = {"width": 0.8, "color": "var(--card)"}
    return {"color": f"var(--{colour})", "size": size, "line": edge}


def diagonal(low: float, high: float, name: str) -> Figure:
    """Draw the line on which prediction and truth agree."""
    return {
        "type": "scatter",
        "x": [low, high],
        "y": [low, high],
        "mode": "lines",
        "name": name,
        "line": {"color": "var(--faint)", "width": 1.2, "dash": "dash"},
        "hoverinfo": "skip",
    }


def numbers(values: Any) -> list[Any]:
    """Give an array as JSON-able lists: a few significant digits, null where not finite."""
    return [_number(value) for value in np.asarray(values).tolist()]


def embed(found: Figure) -> str:
    """Encode a figure for a script element: valid JSON, and no tag can be closed from within."""
    return json.dumps(found, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")


def plotly_script() -> str:
    """Give Plotly itself, so that a page asks no other host for it."""
    try:
        from plotly.offline import get_plotlyjs
    except ImportError as error:
        raise RunError(
            "the report needs plotly, which is not installed", next_step="pip install plotly"
        ) from error
    return str(get_plotlyjs())


def _number(value: Any) -> Any:
    if isinstance(value, list):
        return [_number(each) for each in value]
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None
    return value
