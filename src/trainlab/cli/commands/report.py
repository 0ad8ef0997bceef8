"""trainlab report RUN: write a run's report.html."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from trainlab.cli.arguments import RunName
from trainlab.cli.terminal import Answer, Terminal
from trainlab.store import open_run

__all__ = ["run"]


def run(
    terminal: Terminal,
    name: RunName,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write it here instead.")
    ] = None,
) -> Answer:
    """Write a run's report: one HTML file that needs nothing but a browser."""
    from trainlab.report import write

    run = open_run(name, terminal.runs)
    path = write(run, out)
    document = {"run": str(run.path), "report": str(path)}
    return Answer(document=document, shown=[str(path)], closing=[f"run     {run.path}"])
