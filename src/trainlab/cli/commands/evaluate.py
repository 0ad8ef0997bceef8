"""trainlab evaluate RUN: score a run's networks again."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import Annotated

import typer
from rich.padding import Padding
from rich.text import Text

from trainlab.cli.arguments import Augmentations, RunName, Verbose
from trainlab.cli.numerals import number, with_spread
from trainlab.cli.outcome import plain_table, seeds_of
from trainlab.cli.terminal import Answer, Terminal
from trainlab.store import interval, open_run

__all__ = ["run"]


def run(
    terminal: Terminal,
    name: RunName,
    data: Annotated[
        Path | None,
        typer.Argument(metavar="[DATA]", help="Labelled data; without it, the run's test split."),
    ] = None,
    augmentations: Augmentations = 1,
    verbose: Verbose = False,
) -> Answer:
    """Score a run's networks: on its own test split, read anew, or on other labelled data."""
    from trainlab.lab import evaluate

    run = open_run(name, terminal.runs)
    on = "the test split" if data is None else str(data)
    versions = f" in {augmentations} versions" if augmentations > 1 else ""
    terminal.say(f"evaluating {run.id} on {on}{versions}")
    found = evaluate(run, data, augmentations=augmentations)
    glyphs = terminal.glyphs
    table = plain_table()
    table.add_column("metric", style="accent")
    table.add_column(f"mean {glyphs.plus_minus} 95 % CI", style="head")
    for column in ("lowest", "highest", "n", *["each member"] * verbose):
        table.add_column(column, justify="right", style="dim")
    document = {}
    for metric, values in found.items():
        of = interval(values)
        document[metric] = {"mean": of.mean, "half": of.half, "n": of.n, "members": values}
        mean = with_spread(of.mean, of.half, glyphs.plus_minus)
        ends = (number(min(values)), number(max(values)), str(of.n))
        each = ["  ".join(map(number, values))] * verbose
        table.add_row(metric, mean, *ends, *each)
    head = Text.assemble(
        (run.name, "bold cyan"), (f"  on {on}{versions} {glyphs.dot} {seeds_of(run)}", "dim")
    )
    return Answer(
        document={
            "run": run.id,
            "path": str(run.path),
            "on": on,
            "augmentations": augmentations,
            "scores": document,
        },
        shown=[head, Padding(table, (1, 0, 1, 2))],
        closing=[f"run     {run.path}", f"open    trainlab show {quote(str(run.path))}"],
    )
