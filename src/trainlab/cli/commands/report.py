"""trainlab report RUN: write the report.html of a run or of a comparison."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trainlab.cli.output import writable
from trainlab.cli.terminal import Answer, Terminal
from trainlab.store import Run, open_run

if TYPE_CHECKING:
    from trainlab.lab.comparing import Kept

__all__ = ["run"]


def run(
    terminal: Terminal,
    name: Annotated[
        str,
        typer.Argument(
            metavar="RUN", help="A run's folder, its name, `latest`, or a comparison's folder."
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", callback=writable, help="Write it here instead."),
    ] = None,
) -> Answer:
    """Write a report: one HTML file that needs nothing but a browser."""
    from trainlab.report import write

    found = _opened(name, terminal.runs)
    path = write(found, out)
    document = {"run": str(found.path), "report": str(path)}
    return Answer(document=document, shown=[str(path)], closing=[f"run     {found.path}"])


def _opened(name: str, runs: Path) -> Run | Kept:
    from trainlab.lab.comparing import load_comparison

    for folder in (Path(name), runs / name):
        if (folder / "compare.json").exists():
            return load_comparison(folder)
    return open_run(name, runs)
