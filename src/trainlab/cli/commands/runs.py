"""trainlab runs: a table of the runs, and one of the comparisons."""

from __future__ import annotations

from collections.abc import Sequence
from shlex import quote
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from trainlab.amounts import counted
from trainlab.cli.outcome import STATUS, document, headline, plain_table
from trainlab.cli.terminal import Answer, Terminal
from trainlab.errors import RunError
from trainlab.store import Run, find
from trainlab.store.listing import Listed, comparisons

__all__ = ["run"]

NAMED = 6
"""Arms that are named; of more, these and how many there are."""


def run(terminal: Terminal) -> Answer:
    """List the runs in the folder of runs, then the comparisons, oldest first."""
    (whole, damaged), compared = _whole(find(terminal.runs)), comparisons(terminal.runs)
    found = [each for each, _ in whole]
    if not found and not compared and not damaged:
        closing = [f"there are no runs in {terminal.runs}", "make one: trainlab demo"]
        return Answer(document=[], closing=closing)
    shown: list[RenderableType] = [_runs(found, terminal)] if found else []
    shown += [""] * bool(found and compared)
    shown += [_comparisons(compared)] if compared else []
    counts = [counted(len(found), "runs")] if found else []
    counts += [counted(len(compared), "comparisons")] if compared else []
    closing = [f"\n{' and '.join(counts) or 'nothing that can be read'} in {terminal.runs}"]
    closing += [f"cannot be read: {each}" for each in damaged]
    closing += ["open one: trainlab show latest"] if found else []
    closing += [f"draw one again: trainlab report {compared[-1].path.name}"] if compared else []
    documents = [told for _, told in whole] + [_document(each) for each in compared]
    return Answer(document=documents, shown=shown, closing=closing)


def _whole(found: Sequence[Run]) -> tuple[list[tuple[Run, dict[str, Any]]], list[str]]:
    """Give the runs that can be read with what is told of them, and what the others' fault is."""
    whole, damaged = [], []
    for run in found:
        try:
            whole.append((run, document(run)))
        except RunError as fault:
            damaged.append(f"{run.id}: {fault.what}")
    return whole, damaged


def _runs(found: Sequence[Run], terminal: Terminal) -> Table:
    table, sign = plain_table(), terminal.glyphs.plus_minus
    table.add_column("run", no_wrap=True, style="accent")
    table.add_column("status", no_wrap=True)
    table.add_column("seeds", justify="right")
    table.add_column(f"mean {sign} 95 % CI")
    for run in found:
        status = Text(run.status, style=STATUS[run.status])
        seeds = len({member.seed for member in run.members})
        table.add_row(run.id, status, str(seeds), headline(run, sign))
    return table


def _comparisons(found: Sequence[Listed]) -> Table:
    """Draw one row a comparison: when, what, and what it came to in a sentence."""
    table = plain_table()
    table.add_column("comparison", no_wrap=True, style="accent")
    table.add_column("when", no_wrap=True, style="dim")
    table.add_column("arms and verdict", overflow="fold")
    for each in found:
        more = f" and {len(each.arms) - NAMED} more" * (len(each.arms) > NAMED)
        arms = Text(", ".join(each.arms[:NAMED]) + more, style="dim")
        going_on = f"unfinished: trainlab compare --resume {quote(str(each.path))}"
        verdict = Text(each.sentence or going_on, style="" if each.sentence else "warn")
        when = each.created[:16].replace("T", " ")
        table.add_row(each.path.name, when, Text("\n").join([arms, verdict]))
    return table


def _document(each: Listed) -> dict[str, Any]:
    return {
        "comparison": each.path.name,
        "path": str(each.path),
        "status": "unfinished" if each.sentence is None else "finished",
        "created": each.created,
        "arms": list(each.arms),
        "sentence": each.sentence,
    }
