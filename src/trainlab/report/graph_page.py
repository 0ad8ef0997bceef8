"""The computational graph as a page: a card an operation, folded by module and over time."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from markupsafe import Markup
from torch import Tensor

from trainlab.lens.gates import COPY
from trainlab.lens.graph import Graph, Operation
from trainlab.lens.unrolled import Stretch, stretches
from trainlab.report import cells
from trainlab.report.cells import strip, text
from trainlab.report.sheet import sheet

__all__ = ["page"]

WIDTH, GUTTER, HEAD, ROW, GAP = 1060, 56, 34, 34, 14
COLUMNS = (262, 518, 774)
"""Where the three strips begin; their labels stand to the left."""
OPEN = 12
"""A graph of at most so many operations is shown unfolded."""
STYLE = f"""
{cells.STYLE}
"""
STYLE += """
details, section.run { margin: 14px 0; } details { padding: 12px 16px; }
summary { cursor: pointer; font-weight: 620; }
summary .quiet { font-weight: 400; margin-left: 12px; }
.graph { width: 100%; display: block; margin-top: 8px; }
.graph text { font-size: 12px; fill: var(--ink); } .graph .m { fill: var(--muted); }
.graph .s { font-size: 10.5px; fill: var(--muted); }
.graph .b { font-weight: 650; font-size: 13.5px; }
.graph .r { font-weight: 600; }
.graph .loop { fill: none; stroke: var(--muted); stroke-dasharray: 4 4; }
.graph .box { fill: var(--card); stroke: var(--line); }
.graph .edge { fill: none; stroke: var(--faint); stroke-width: 1.5; }
.graph .right { fill: var(--third); } .graph .wrong { fill: var(--bad); }
"""
LEAD = (
    "Each card is one operation. Strips show up to 32 numbers of a tensor: blue below zero, orange "
    "above, pale near it. Local gradient: the slopes of the sum of the outputs in each input. "
    "Upstream gradient: dL/d(value), what comes back. Flows back: upstream times local, what is "
    "passed on to each input. The check compares the slope of the loss along one direction of the "
    "value, by the gradient and by moving the value."
)
LOOPS = (
    " Of a loop over time the first and the last step are drawn, and between them how large each "
    "value and its gradient are step by step."
)


def page(name: str, example: str, graph: Graph) -> str:
    """Draw a graph; modules of several operations are folded where there are many."""
    loops = any(part.times > 1 for part in stretches(graph.operations))
    lead = f"{example}: loss {graph.loss:.4g}. {LEAD}{LOOPS * loops}"
    shown = len(graph.operations) <= OPEN
    parts = [_section(title, run, graph, shown=shown) for title, run in _runs(graph.operations)]
    return sheet(f"{name}: the computational graph", lead, Markup("\n").join(parts), STYLE)


def _runs(operations: Sequence[Operation]) -> list[tuple[str, list[Operation]]]:
    """Split into neighbours of one outer module; modules of one operation stand together."""
    blocks = [list(run) for _, run in groupby(operations, lambda each: each.module.split(".")[0])]
    runs: list[tuple[str, list[Operation]]] = []
    for block in blocks:
        title = block[0].module.split(".")[0] if len(block) > 1 else ""
        if not title and runs and not runs[-1][0]:
            runs[-1][1].extend(block)
        else:
            runs.append((title, block))
    return runs


def _section(title: str, run: Sequence[Operation], graph: Graph, *, shown: bool) -> Markup:
    drawing = _drawing(run, graph)
    if not title:
        return Markup('<section class="run">{}</section>').format(drawing)
    kinks = sum(each.kink for each in run)
    worst = max((each.error for each in run if not each.kink), default=0.0)
    told = (
        f"{len(run)} operations, {_shape(run[-1].value)} out, gradient check {worst:.1g}"
        + f", {kinks} at a kink" * bool(kinks)
    )
    fold = Markup(
        '<details class="card"{}><summary>{}<span class="quiet">{}</span></summary>{}</details>'
    )
    return fold.format(Markup(" open") if shown else "", title, told, drawing)


def _drawing(run: Sequence[Operation], graph: Graph) -> Markup:
    """Draw the cards under each other, and an arrow for each edge between two of them."""
    tops: dict[int, float] = {}
    y = 22.0
    cards: list[Markup] = [_titles()]
    for part in _parts(run):
        if isinstance(part, Stretch):
            cards.append(_over_time(part, y))
            y += HEAD + ROW * len(part.steps[0]) + GAP
        else:
            tops[part.number] = y
            cards.append(_card(part, graph, y))
            y += _height(part) + GAP
    cards += [_arrow(*ends, tops) for ends in _ends(run) if set(ends) <= tops.keys()]
    svg = Markup('<svg class="graph" viewBox="0 0 {} {:.0f}" role="img" aria-label="{}">{}</svg>')
    return svg.format(WIDTH, y, "operations in order", Markup("").join(cards))


def _parts(run: Sequence[Operation]) -> Iterator[Operation | Stretch[Operation]]:
    """Give the operations that get a card; of a loop the first step, the loop, the last step."""
    for stretch in stretches(run):
        yield from stretch.steps[0]
        if stretch.times > 1:
            yield stretch
            yield from stretch.steps[-1]


def _over_time(loop: Stretch[Operation], y: float) -> Markup:
    """Draw a loop: for each operation of a step, how its size moves from step to step."""
    first, last = loop.operations[0].number, loop.operations[-1].number
    parts = [_box(y, HEAD + ROW * len(loop.steps[0]), "loop")]
    line = y + 20
    parts.append(text(GUTTER + 12, line, f"#{first} to #{last}: {loop.times} steps", "b"))
    parts.append(text(COLUMNS[0], line, "size of the value, step by step", "m"))
    parts.append(text(COLUMNS[2], line, "size of the upstream gradient, step by step", "m"))
    for operations in zip(*loop.steps, strict=True):
        y += ROW
        parts.append(
            text(GUTTER + 12, y + 13, f"{operations[0].name} {_shape(operations[0].value)}", "m")
        )
        for x, sizes in (
            (COLUMNS[0], [_size(each.value) for each in operations]),
            (COLUMNS[2], [_size(each.upstream) for each in operations]),
        ):
            parts.append(strip(x, y + 2, sizes))
            parts.append(text(x, y + 26, f"{sizes[0]:.3g} at first, {sizes[-1]:.3g} at last", "s"))
    return Markup("").join(parts)


def _size(values: Tensor) -> float:
    """Give the root mean square."""
    return values.square().mean().sqrt().item()


def _titles() -> Markup:
    names = zip(COLUMNS, ("value", "local gradient", "upstream / flows back"), strict=True)
    return Markup("").join(text(x, 14, name, "m") for x, name in names)


def _ends(run: Iterable[Operation]) -> list[tuple[int, int]]:
    return [
        (edge.source, operation.number)
        for operation in run
        for edge in operation.edges
        if isinstance(edge.source, int)
    ]


def _height(operation: Operation) -> float:
    return HEAD + ROW * (1 + len(operation.edges))


def _arrow(start: int, end: int, tops: dict[int, float]) -> Markup:
    """Lead from a card to a later one through the gutter, the further out the longer."""
    away = min(GUTTER - 12, 10 + 7 * (end - start - 1))
    y0, y1 = tops[start] + 26, tops[end] + 14
    x = GUTTER
    path = f"M{x},{y0:.0f}C{x - away},{y0:.0f} {x - away},{y1:.0f} {x - 1},{y1:.0f}m-6,-4l6,4l-6,4"
    return Markup('<path class="edge" d="{}"/>').format(path)


def _card(operation: Operation, graph: Graph, y: float) -> Markup:
    """Draw one operation: what it is and the check, its value, then a line for each input."""
    parts = [_box(y, _height(operation), "box")]
    left, line = GUTTER + 12, y + 20
    parts.append(text(left, line, f"#{operation.number} {operation.name}", "b"))
    parts += [text(COLUMNS[0], line, operation.role, "r"), _check(operation, line)]
    parts.append(text(COLUMNS[1], line, _short(operation.module), "m"))
    y += HEAD
    parts.append(
        _row(y, f"output {_shape(operation.value)}", operation.value, None, operation.upstream)
    )
    if operation.uses > 1:
        parts.append(text(COLUMNS[1], y + 13, f"{COPY} ({operation.uses} uses)", "r"))
    for edge in operation.edges:
        y += ROW
        if isinstance(edge.source, int):
            value, name = graph.operations[edge.source - 1].value, f"from #{edge.source}"
        else:
            value, name = graph.sources[edge.source].value, edge.source
            name = name.removeprefix(f"{operation.module}.") if operation.module else name
        parts.append(_row(y, f"{name} {_shape(value)}", value, edge.local, edge.flow))
    return Markup("").join(parts)


def _box(y: float, height: float, style: str) -> Markup:
    box = Markup('<rect class="{}" x="{}" y="{:.0f}" width="{}" height="{:.0f}" rx="8"/>')
    return box.format(style, GUTTER, y, WIDTH - GUTTER - 2, height)


def _check(operation: Operation, y: float) -> Markup:
    """Write both slopes beside each other."""
    told = f"gradient {operation.analytic:.4g}, moved {operation.numerical:.4g}"
    style = "right" if operation.error < 1e-4 else "wrong"
    if math.isnan(operation.numerical):
        told, style = f"gradient {operation.analytic:.4g}", "m"
    if operation.kink:
        told, style = f"{told} (kink)", "m"
    return text(COLUMNS[2], y, told, style)


def _row(y: float, name: str, value: Tensor, local: Tensor | None, back: Tensor) -> Markup:
    """Draw the strips of one tensor: its value, the local gradient, what comes or flows back."""
    parts = [text(GUTTER + 12, y + 13, _short(name), "m")]
    for x, tensor in zip(COLUMNS, (value, local, back), strict=True):
        if tensor is not None:
            parts.append(_strip(x, y + 2, tensor))
    return Markup("").join(parts)


def _strip(x: float, y: float, tensor: Tensor) -> Markup:
    """Draw some of a tensor's numbers as cells, and its range as text below."""
    values = tensor.flatten()
    return strip(x, y, values.tolist()) + text(x, y + 24, _range(values), "s")


def _range(values: Tensor) -> str:
    """Say a number, or from where to where numbers go and how far they spread."""
    low, high = values.min().item(), values.max().item()
    if low == high:
        return f"{low:.4g}" if len(values) == 1 else f"all {low:.4g}"
    return f"{low:.3g} to {high:.3g}, std {values.std(correction=0).item():.2g}"


def _short(name: str) -> str:
    """Give the end of a long name."""
    return name if len(name) <= 28 else f"...{name[-26:]}"


def _shape(tensor: Tensor) -> str:
    return "x".join(map(str, tensor.shape)) or "number"
