"""One sitting: train or resume under a display, write the report, tell the outcome."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from trainlab import lab
from trainlab.cli.outcome import document, kept, members, scores, title
from trainlab.cli.terminal import Answer, Terminal
from trainlab.cli.watching import watching
from trainlab.errors import Interrupted
from trainlab.recipe import expand
from trainlab.recipe.source import load
from trainlab.report import write
from trainlab.store import Run, open_run

__all__ = ["answer", "resume", "train"]


def train(terminal: Terminal, recipe: str, overrides: list[str]) -> Run:
    """Train a recipe under the display that the terminal can show, and report on it."""
    seeds = {place: member.seed for place, member in enumerate(expand(load(recipe, overrides)))}
    verb = partial(lab.train, recipe, overrides=overrides, runs=terminal.runs)
    return _watched(terminal, Path(recipe).stem, seeds, verb)


def resume(terminal: Terminal, name: str) -> Run:
    """Go on with an interrupted run under the display, and report on it."""
    run = open_run(name, terminal.runs)
    seeds = {member.place: member.seed for member in run.members}
    return _watched(terminal, run.name, seeds, partial(lab.resume, run.path))


def answer(run: Run, terminal: Terminal, *, verbose: bool) -> Answer:
    """Tell what a training came to; where every member diverged, the verdict is negative."""
    parts = [title(run, terminal.glyphs), scores(run, terminal.glyphs)]
    if verbose or any(line["why"] == "diverged" for line in run.summary["members"]):
        parts.append(members(run))
    report = run.path / "report.html"
    return Answer(
        document=document(run) | {"report": str(report)},
        shown=parts,
        closing=[*kept(run), f"report  {report}"],
        code=int(run.summary["diverged"] == len(run.members)),
    )


def _watched(
    terminal: Terminal, name: str, seeds: Mapping[int, int], verb: Callable[..., Run]
) -> Run:
    try:
        with watching(terminal, name, seeds) as display:
            run = verb(watch=display.watch)
    except KeyboardInterrupt:  # the second one: not even the step was finished
        raise Interrupted(
            "stopped at once; the last checkpoint is kept\n"
            f"  next     see how it stands: trainlab runs --runs {terminal.runs}"
        ) from None
    write(run)
    return run
