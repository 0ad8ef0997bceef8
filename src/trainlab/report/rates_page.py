"""A learning-rate range test as a page: the curve with its range, and the paired confirmation."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from markupsafe import Markup

from trainlab.check.learning_rate import Confirmation, Range, RangeTest, Refusal, Rival
from trainlab.report import rates_wording as wording
from trainlab.report.figures import Figure, axis, figure, log_ticks, markers, numbers
from trainlab.report.sheet import drawing, plot, sheet

__all__ = ["confirmation_figure", "curve_figure", "page"]

STYLE = """
.panel { margin-top: 18px; } .told { margin: 14px 0 0; }
td:first-child { font-weight: 600; } td.rate { text-align: right; }
"""
EDGE = 0.012
"""Of the curve's width, on either side, so that the last marks are whole."""
LAW = (
    "Each point is a training of its own, at a rate that stays. The line is the median over the "
    "seeds, smoothed over the logarithm of the rate by a Gaussian a quarter of a decade wide; a "
    "seed that diverged counts as having learned nothing. The best is the middle of the rates that "
    "come within 1 % of the lowest point."
)
PAIRS = (
    "Loss of the other rate minus loss of the best, seed by seed: the same initial weights, the "
    "same batches, and seeds that the curve has not seen. To the right of zero the best is better. "
    "Bars: mean and 95 % interval (Student's t)."
)


def page(name: str, found: RangeTest) -> str:
    """Draw a range test: what it says, the curve, the confirmation."""
    parts = [*_head(found), _panel("Loss over the learning rate", LAW, curve_figure(found))]
    if found.confirmation is not None:
        title = "The best on fresh seeds"
        parts += [
            _panel(title, PAIRS, confirmation_figure(found.confirmation)),
            _table(found.confirmation),
        ]
    body = Markup("\n").join([*parts, drawing()])
    return sheet(f"{name}: which learning rate", wording.setting(found), body, STYLE)


def curve_figure(found: RangeTest) -> Figure:
    """Draw the share of the loss that is left over the rate; the useful range is shaded."""
    curve, rates = found.curve, numbers(found.curve.rates)
    data: list[Figure] = []
    if isinstance(found.found, Range):
        data += _range(found.found, found)
    for place, seed in enumerate(found.seeds):
        data.append(
            {
                "type": "scatter",
                "x": rates,
                "y": numbers(np.where(np.isfinite(curve.loss), curve.shares, np.nan)[:, place]),
                "mode": "lines",
                "line": {"color": "var(--train-thin)", "width": 1},
                "name": "each seed",
                "showlegend": place == 0,
                "hovertemplate": f"seed {seed}, rate %{{x:.3g}}: %{{y:.1%}}<extra></extra>",
            }
        )
    if curve.stable:
        at, c = curve.middle()
        data.append(_line(numbers(10**at), numbers(c), "median, smoothed", "train", 2.6))
    data += _diverged(found)
    low, high = float(curve.rates[0]), float(curve.rates[-1])
    margin = np.log10(high / low) * EDGE
    ends = [np.log10(low) - margin, np.log10(high) + margin]
    x = axis("learning rate") | log_ticks(low, high) | {"range": ends}
    y = axis("share of the loss at the start that is left") | {"tickformat": ".0%"}
    return figure(data, x=x, y=y | {"range": [0, 1.09]}, height=430)


def confirmation_figure(found: Confirmation) -> Figure:
    """Draw each rival's paired differences as dots, their mean and interval as a bar."""
    data: list[Figure] = []
    for rival in found.rivals:
        named = _named(rival)
        gaps = np.subtract(rival.loss, found.loss)
        gaps = gaps[np.isfinite(gaps)]
        dots = {"type": "scatter", "mode": "markers", "showlegend": False, "y": [named] * len(gaps)}
        data.append(
            dots
            | {"x": numbers(gaps), "marker": markers("train", 8) | {"opacity": 0.55}}
            | {"hovertemplate": "%{x:.4g}<extra></extra>"}
        )
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "showlegend": False,
                "x": numbers([rival.gap]),
                "y": [named],
                "marker": markers("val", 11) | {"symbol": "diamond"},
                "error_x": {
                    "array": numbers([rival.half]),
                    "color": "var(--val)",
                    "thickness": 2.4,
                    "width": 7,
                },
                "hovertemplate": f"{wording.gap(rival)}<extra></extra>",
            }
        )
    y = axis("") | {"type": "category", "autorange": "reversed", "showgrid": False}
    x = axis("difference of the loss") | {"zeroline": True, "zerolinecolor": "var(--axis)"}
    x |= {"zerolinewidth": 2}
    return figure(data, x=x, y=y, height=110 + 62 * len(found.rivals))


def _head(found: RangeTest) -> Iterator[Markup]:
    """Say what it came to, before any figure."""
    if isinstance(found.found, Refusal):
        told = Markup('<p class="warning">No suggestion: {}.<br>Next: {}.</p>')
        yield told.format(found.found.what, found.found.next_step)
    rows = [
        Markup('<tr><td>{}</td><td class="rate mono">{}</td><td class="quiet">{}</td></tr>').format(
            *fact
        )
        for fact in wording.facts(found)
    ]
    if rows:
        table = Markup('<section class="card wide panel"><table>{}</table></section>')
        yield table.format(Markup("").join(rows))
    if found.confirmation is not None:
        word, why = wording.verdict(found.confirmation, "\u00b1")
        kind = "warning plain" if word == "confirmed" else "warning"
        yield Markup('<p class="{}"><b>{}</b>: {}</p>').format(kind, word.capitalize(), why)
    for note in wording.notes(found):
        yield Markup('<p class="quiet told">{}</p>').format(note)


def _panel(title: str, caption: str, drawn: Figure) -> Markup:
    panel = Markup('<section class="card panel"><h3>{}</h3><p class="quiet">{}</p>{}</section>')
    return panel.format(title, caption, plot(drawn))


def _table(found: Confirmation) -> Markup:
    """Give the means behind the figure."""
    row = Markup(
        '<tr><td>{}</td><td class="rate mono">{}</td><td class="rate mono">{}</td>'
        '<td class="rate mono">{}</td></tr>'
    )
    rows = [row.format("the best", wording.rounded(found.rate), wording.mean_loss(found.loss), "")]
    rows += [
        row.format(
            wording.role(rival),
            wording.rounded(rival.rate),
            wording.mean_loss(rival.loss),
            wording.gap(rival, "\u00b1"),
        )
        for rival in found.rivals
    ]
    head = (
        '<tr><th></th><th class="right">rate</th><th class="right">loss</th>'
        '<th class="right">difference, 95 %</th></tr>'
    )
    table = Markup('<section class="card wide panel"><table>{}{}</table></section>')
    return table.format(Markup(head), Markup("").join(rows))


def _range(result: Range, found: RangeTest) -> Iterator[Figure]:
    """Shade from the lowest useful rate to the edge; mark the best and the recipe's own."""
    low = result.lowest or float(found.curve.rates[0])
    high = result.edge or float(found.curve.rates[-1])
    yield {
        "type": "scatter",
        "x": numbers([low, high, high, low]),
        "y": [0, 0, 1.09, 1.09],
        "fill": "toself",
        "fillcolor": "var(--third-band)",
        "mode": "lines",
        "line": {"width": 0},
        "name": f"useful: {wording.rounded(low)} to {wording.rounded(high)}",
        "hoverinfo": "skip",
    }
    best = f"best: {wording.rounded(result.best)}"
    yield _line(numbers([result.best] * 2), [0, 1.09], best, "third", 2.4)
    own = f"the recipe's own: {wording.rounded(found.current)}"
    yield _line(numbers([found.current] * 2), [0, 1.09], own, "val", 1.6) | {
        "line": {"color": "var(--val)", "width": 1.6, "dash": "dot"}
    }


def _line(x: list[float], y: list[float], name: str, colour: str, width: float) -> Figure:
    return {
        "type": "scatter",
        "x": x,
        "y": y,
        "mode": "lines",
        "name": name,
        "line": {"color": f"var(--{colour})", "width": width},
        "hoverinfo": "skip",
    }


def _diverged(found: RangeTest) -> Iterator[Figure]:
    """Mark the rates at which a seed diverged, with how many did."""
    lost = np.flatnonzero(found.curve.diverged)
    if not len(lost):
        return
    n = len(found.seeds)
    yield {
        "type": "scatter",
        "x": numbers(found.curve.rates[lost]),
        "y": [1.0] * len(lost),
        "mode": "markers",
        "name": "diverged",
        "marker": {
            "color": "var(--bad)",
            "size": 9,
            "symbol": "x-thin-open",
            "line": {"width": 2},
        },
        "text": [f"{found.curve.diverged[at]} of {n} diverged" for at in lost],
        "hovertemplate": "rate %{x:.3g}<br>%{text}<extra></extra>",
    }


def _named(rival: Rival) -> str:
    return f"{wording.role(rival)}: {wording.rounded(rival.rate)}"
