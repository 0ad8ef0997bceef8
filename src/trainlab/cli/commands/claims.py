"""trainlab claims [run|show] ...: the course's statements, each one an experiment that tests it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

import typer
from rich.progress import BarColumn, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn

from trainlab.claims.keeping import Kept, folder_of, read, read_all
from trainlab.claims.running import Begun, Sitting, Spent, Unfit, heard
from trainlab.claims.running import run as run_claims
from trainlab.claims.table import CLAIMS
from trainlab.cli.bar import Bar
from trainlab.cli.claimed import claims_table, document, one, results_table
from trainlab.cli.terminal import Answer, Terminal
from trainlab.comparison.compare import Progress
from trainlab.errors import InputError
from trainlab.report import claim_wording as wording
from trainlab.report.claim_page import write

__all__ = ["run"]

UNITS = {"": 1.0, "s": 1.0, "min": 60.0, "h": 3600.0}
VERBS = ("run", "show")
AT_LENGTH = 3
"""Claims that are told at length after a run; more of them in a line each."""


def run(
    terminal: Terminal,
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[run|show] [C01]...", help="Nothing: list them all."),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Run every claim that is not done.")] = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="Only see that they run: two pairs, a few steps.")
    ] = False,
    again: Annotated[bool, typer.Option("--again", help="Run what is done already anew.")] = False,
    budget: Annotated[
        str | None, typer.Option(metavar="2min", help="Stop after this time; go on another time.")
    ] = None,
    recipe: Annotated[
        str | None, typer.Option(metavar="RECIPE", help="Test it on your own recipe.")
    ] = None,
) -> Answer:
    """List the claims, run them, or show one.

    Verdicts are computed from the data by a rule that each claim fixes beforehand. Exit code 1
    where a claim that was run is refuted.

    trainlab claims run C01 C07 --budget 2min
    """
    verb, *names = words or ["list"]
    if verb == "list" and not names:
        return _listed(terminal, recipe or "")
    chosen = _chosen(verb, names, every=every, recipe=recipe or "")
    if verb == "show":
        return _shown(terminal, chosen, recipe or "")
    said = ["trainlab", "claims", "run", *(["--all"] if every else chosen)]
    said += ["--recipe", recipe] if recipe else []
    said += ["--runs", str(terminal.runs)] if terminal.runs != Terminal.runs else []
    sitting = Sitting(
        runs=terminal.runs,
        quick=quick,
        again=again,
        budget=None if budget is None else _seconds(budget),
        recipe=recipe or "",
        every=every,
        command=shlex.join(said),
    )
    with _Watching(terminal) as watching:
        done, left = _run(terminal, chosen, replace(sitting, watch=watching.see))
    return _quick(done, left) if quick else _answer(done, left, sitting)


def _chosen(verb: str, names: Sequence[str], *, every: bool, recipe: str) -> list[str]:
    """Find the claims that are named, or all that can be asked; raises InputError."""
    if verb not in VERBS:
        raise InputError(
            f"claims are run or shown, not {verb!r}",
            where=f"trainlab claims {verb}",
            allowed=VERBS,
            given=verb,
            next_step=f"trainlab claims run {verb}" if verb in CLAIMS else "trainlab claims",
        )
    if every and (names or verb == "show"):
        raise InputError(
            "--all runs every claim, and takes no names",
            where=f"trainlab claims {shlex.join([verb, *names])} --all",
            next_step="leave out --all, or the names",
        )
    if every:
        return [name for name, claim in CLAIMS.items() if claim.any_recipe or not recipe]
    if not names:
        raise InputError(
            f"there is no claim to {verb}", next_step=f"name one: trainlab claims {verb} C01"
        )
    chosen = [CLAIMS.name(re.sub(r"^[cC]?(\d)$", r"C0\1", name)) for name in names]
    heard(chosen, recipe)
    return chosen


def _listed(terminal: Terminal, recipe: str) -> Answer:
    """List every claim, with what its last run came to."""
    found = read_all(folder_of(terminal.runs, recipe))
    done = sum(kept.current for kept in found.values())
    old = len(found) - done
    return Answer(
        document=[document(name, found.get(name)) for name in CLAIMS],
        shown=[claims_table(found)],
        closing=[
            f"\n{done} of {len(CLAIMS)} were run"
            + f"; * {old} more have changed since: run them again" * bool(old),
            "run:    trainlab claims run C01, or --all",
            "one:    trainlab claims show C01",
        ],
    )


def _shown(terminal: Terminal, names: Sequence[str], recipe: str) -> Answer:
    folder = folder_of(terminal.runs, recipe)
    found = {name: read(folder, name) for name in names}
    written = [write(folder, kept) for kept in found.values() if kept is not None]
    pages = [f"page    {path}\nslide   {path.with_suffix('.svg')}" for path in written]
    undone = [name for name, kept in found.items() if kept is None]
    own = f" --recipe {recipe}" * bool(recipe)
    missing = [f"run it: trainlab claims run {' '.join(undone)}{own}"] * bool(undone)
    return Answer(
        document=[document(name, kept) for name, kept in found.items()],
        shown=[part for name, kept in found.items() for part in one(name, kept)],
        closing=[*pages, *missing],
    )


def _run(
    terminal: Terminal, names: Sequence[str], sitting: Sitting
) -> tuple[list[Kept], tuple[str, ...]]:
    """Run claims, tell each as it is done, and give the results and what is left."""
    folder, done, begun = folder_of(sitting.runs, sitting.recipe), list[Kept](), set[str]()
    for event in run_claims(names, sitting):
        match event:
            case Begun(name):
                begun.add(name)
                place = f"{names.index(name) + 1} of {len(names)}"
                terminal.say(f"{name} ({place}): {CLAIMS[name].statement}")
            case Spent(left):
                return done, left
            case Unfit(_, why):
                terminal.say(f"  passed over: {why.what}")
            case Kept():
                done.append(event)
                told = "ran" if sitting.quick else event.verdict.answer
                before = "  " if event.name in begun else f"{event.name} was run before: "
                terminal.say(f"{before}{told}, {wording.cost(event)}")
                if not sitting.quick:
                    write(folder, event)
    return done, ()


def _answer(done: Sequence[Kept], left: Sequence[str], sitting: Sitting) -> Answer:
    """Give what claims came to; exit code 1 where one is refuted."""
    closing = [f"kept    {folder_of(sitting.runs, sitting.recipe)}"]
    if left:
        told = f"the budget is spent, {len(left)} left from {left[0]} on"
        closing.append(f"next    {told}; go on: {sitting.command}")
    each = [part for kept in done for part in one(kept.name, kept)]
    return Answer(
        document=[document(kept.name, kept) for kept in done],
        shown=each if len(done) <= AT_LENGTH else [results_table(done)],
        closing=closing,
        code=int(any(kept.verdict.answer == "refuted" for kept in done)),
    )


def _quick(done: Sequence[Kept], left: Sequence[str]) -> Answer:
    """Say that the claims run; at this size a verdict would mean nothing."""
    lost = [
        f"{kept.name}: {name} is not finite"
        for kept in done
        for name, row in kept.found.values.items()
        if name not in kept.claim.lost and not bool((abs(row) < float("inf")).all())
    ]
    return Answer(
        document={"ran": [kept.name for kept in done], "lost": lost, "left": list(left)},
        shown=lost or [f"{len(done)} ran, with finite and paired measures"],
        closing=["nothing is kept of a quick run, and it decides nothing"],
        code=int(bool(lost)),
    )


def _seconds(text: str) -> float:
    """Read `2min`, `90s`, `1h` or seconds alone."""
    found = re.fullmatch(r"(\d+\.?\d*) *(s|min|h|)", text.strip())
    if found is None:
        raise InputError(
            f"{text!r} is no length of time", where="--budget", next_step="write it as 2min or 90s"
        )
    return float(found[1]) * UNITS[found[2]]


class _Watching(Bar):
    """Tells on stderr how far a claim is; on a screen by a bar, elsewhere by quarters."""

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(
            terminal,
            TextColumn("  {task.description:<14}", style="dim"),
            BarColumn(40),
            TaskProgressColumn(),
            TimeElapsedColumn(),
        )
        self.name, self.task = "", TaskID(0)
        self.quarters: dict[str, int] = {}

    def see(self, name: str, progress: Progress) -> None:
        """Take in how far a claim is."""
        share = progress.done / max(1, progress.whole)
        if name != self.name:
            if self.name:
                self.bar.remove_task(self.task)
            self.task = self.bar.add_task(name, total=1.0)
            self.name, self.quarters = name, {}
        self.bar.update(self.task, completed=share, description=f"{name} {progress.stage}")
        quarter = int(4 * share + 1e-9)
        if not self.shown and self.quarters.get(progress.stage, 0) < quarter < 4:
            self.terminal.say(f"  {progress.stage}: {25 * quarter} %")
            self.quarters[progress.stage] = quarter
