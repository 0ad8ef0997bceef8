"""trainlab show RUN: how one run went, and what it was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shlex import quote
from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from trainlab.cli.arguments import RunName, Verbose
from trainlab.cli.live import curves
from trainlab.cli.outcome import document, kept, members, scores, title
from trainlab.cli.progress import Progress
from trainlab.cli.terminal import Answer, Terminal
from trainlab.store import Run, open_run

__all__ = ["run"]


def run(
    terminal: Terminal,
    name: RunName,
    verbose: Verbose = False,
    recipe: Annotated[
        bool, typer.Option("--recipe", help="Print its recipe, and no more.")
    ] = False,
) -> Answer:
    """Show one run: scores, curves, members, where its files are."""
    run = open_run(name, terminal.runs)
    if recipe:
        return Answer(document={"recipe": run.recipe_text}, shown=[run.recipe_text.rstrip()])
    parts = [title(run, terminal.glyphs), scores(run, terminal.glyphs), *_drawn(run, terminal)]
    few = len(run.members) <= 12 and any(
        line["why"] == "diverged" for line in run.summary["members"]
    )
    if verbose or few:
        parts.append(members(run))
    return Answer(
        document=document(run), shown=parts, closing=[*kept(run, opened=True), *_files(run.path)]
    )


def _drawn(run: Run, terminal: Terminal) -> Iterator[RenderableType]:
    """Draw the curves of each program, told from the run's own log."""
    programs: dict[int, Progress] = {}
    for logged in run.events():
        programs.setdefault(logged.program, Progress()).tell(logged.event, 0.0)
    for number, progress in programs.items():
        if progress.curves:
            head = [Text(f"program {number}", style="head")] if len(programs) > 1 else []
            picture = curves(progress, min(terminal.out.width, 120) - 2, 6, terminal.glyphs)
            yield Padding(Group(*head, picture), (0, 0, 1, 2))


def _files(path: Path) -> Iterator[str]:
    """Name the files one opens next, those that are there."""
    known = {"report": "report.html", "metrics": "metrics.csv", "recipe": "recipe.yaml"}
    for name, file in known.items():
        if (path / file).exists():
            yield f"{name:<8}{path / file}"
    if not (path / "report.html").exists():
        yield f"report  trainlab report {quote(str(path))}"
