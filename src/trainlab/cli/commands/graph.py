"""trainlab graph RECIPE: every operation on one real example, forward and backward."""

from __future__ import annotations

import math
from typing import Any

from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from torch import Tensor

from trainlab.cli.arguments import Overrides, PageFile, RecipeName
from trainlab.cli.beginning import Beginning, beginning
from trainlab.cli.numerals import brief
from trainlab.cli.outcome import plain_table
from trainlab.cli.terminal import Answer, Terminal
from trainlab.lens.gates import COPY
from trainlab.lens.graph import Graph, Operation, graph_of
from trainlab.lens.unrolled import stretches
from trainlab.report.graph_page import page
from trainlab.store import atomic

__all__ = ["run"]


def run(
    terminal: Terminal,
    recipe: RecipeName,
    overrides: Overrides = None,
    out: PageFile = None,
) -> Answer:
    """Show each operation on one example: value, gradients, its role, a numerical check.

    At initialisation, in evaluation mode, in float64. --out writes the page with all numbers.
    """
    start = beginning(recipe, overrides, "fp64")
    terminal.say("running one example, and again with each value moved")
    found = graph_of(start.build(start.seed), start.x[:1], start.y[:1], start.loss)
    example = _example(start)
    closing = [f"as a page with every number: trainlab graph {recipe} --out graph.html"]
    if out is not None:
        atomic.write_text(out, page(start.name, f"One example, {example}", found))
        closing = [f"drawing {out}"]
    head = Text.assemble(
        (start.name, "bold cyan"), (f"  {example}, loss {brief(found.loss)}", "dim")
    )
    return Answer(
        document=_document(start.name, found),
        shown=[head, Padding(_operations(found), (1, 0, 0, 2)), *_left_out(found)],
        closing=closing,
    )


def _example(start: Beginning) -> str:
    """Say what the example's answer is; numbers are scaled as the network sees them."""
    if start.classes:
        return f"class {start.classes[int(start.y[0])]}"
    return f"target {', '.join(brief(value) for value in start.y[0].flatten().tolist())} (scaled)"


def _left_out(found: Graph) -> list[Text]:
    """Say what is not in the table, where something is not."""
    loops = [part for part in stretches(found.operations) if part.times > 1]
    told = [
        f"#{loop.operations[0].number} to #{loop.operations[-1].number} are {loop.times} steps"
        for loop in loops
    ]
    end = ": the first and the last are shown, all with --json"
    return [Text(f"\n  {', '.join(told)}{end}", style="dim")] if told else []


def _operations(found: Graph) -> Table:
    """Draw one row an operation; of a loop over time, the first and the last step."""
    table = plain_table()
    table.add_column("", justify="right", style="dim")
    table.add_column("\noperation", style="accent", no_wrap=True)
    table.add_column("\nin", overflow="fold")
    table.add_column("\nrole", overflow="fold")
    for name in ("value\nstd", "upstream\nstd", "\ngradient", "\nmoved"):
        table.add_column(name, justify="right")
    shown = [each for part in stretches(found.operations) for each in part.shown]
    for each in shown:
        right = each.kink or each.error < 1e-4
        table.add_row(
            str(each.number),
            each.name,
            each.module,
            Text(", ".join(part for part in _roles(each) if part), style="dim"),
            _size(each.value),
            _size(each.upstream),
            brief(each.analytic),
            Text(_moved(each), style="" if right else "lost"),
        )
    return table


def _moved(each: Operation) -> str:
    """Give the numerical slope; nothing where it was not checked."""
    if math.isnan(each.numerical):
        return ""
    return f"{brief(each.numerical)} kink" if each.kink else brief(each.numerical)


def _roles(each: Operation) -> list[str]:
    return [each.role, *[COPY] * (each.uses > 1)]


def _size(values: Tensor) -> str:
    """Give the spread of many numbers, and one number as it is."""
    return brief(_spread(values)) if values.numel() > 1 else f"= {brief(float(values))}"


def _spread(values: Tensor) -> float:
    return float(values.std(correction=0))


def _document(name: str, found: Graph) -> dict[str, Any]:
    return {
        "recipe": name,
        "loss": found.loss,
        "error": found.error,
        "sources": [
            {"name": each.name, "value": _told(each.value), "gradient": _told(each.gradient)}
            for each in found.sources.values()
        ],
        "operations": [_described(each) for each in found.operations],
    }


def _described(each: Operation) -> dict[str, Any]:
    return {
        "number": each.number,
        "name": each.name,
        "module": each.module,
        "role": each.role,
        "uses": each.uses,
        "value": _told(each.value),
        "upstream": _told(each.upstream),
        "inputs": [
            {"source": edge.source, "local": _told(edge.local), "flow": _told(edge.flow)}
            for edge in each.edges
        ],
        "check": {"gradient": each.analytic, "moved": each.numerical, "kink": each.kink},
    }


def _told(values: Tensor) -> dict[str, Any]:
    return {
        "shape": list(values.shape),
        "min": values.min().item(),
        "max": values.max().item(),
        "mean": values.mean().item(),
        "std": _spread(values),
    }
