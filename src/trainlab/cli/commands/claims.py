"""trainlab claims [run|show] ...: the course's statements, each one an experiment that tests it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from trainlab.claims.claim import Claim
from trainlab.claims.keeping import Kept, folder_of, read, read_all
from trainlab.claims.running import Begun, Sitting, Spent
from trainlab.claims.running import run as run_claims
from trainlab.claims.table import CLAIMS
from trainlab.cli.outcome import plain_table
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
    if verb == "list":
        return _listed(terminal, recipe or "")
    if verb not in VERBS:
        raise InputError(
            f"claims are run or shown, not {verb!r}",
            where=f"trainlab claims {verb}",
            allowed=VERBS,
            given=verb,
            next_step=f"trainlab claims run {verb}" if verb in CLAIMS else "trainlab claims",
        )
    chosen = [CLAIMS.name(name) for name in names]
    if verb == "show":
        return _shown(terminal, chosen, recipe or "")
    chosen = list(CLAIMS) if every else chosen
    if not chosen:
        raise InputError(
            "there is no claim to run", next_step="name some, or all: trainlab claims run --all"
        )
    said = ["trainlab", "claims", "run", *(["--all"] if every else chosen)]
    said += ["--recipe", recipe] if recipe else []
    sitting = Sitting(
        runs=terminal.runs,
        quick=quick,
        again=again,
        budget=None if budget is None else _seconds(budget),
        recipe=recipe or "",
        command=shlex.join(said),
        watch=_Telling(terminal).see,
    )
    return _ran(terminal, chosen, sitting)


def _listed(terminal: Terminal, recipe: str) -> Answer:
    """List every claim, with what its last run came to."""
    found = read_all(folder_of(terminal.runs, recipe))
    table = plain_table()
    for name in ("", "claim", "verdict", "n", "effect (95 % CI)", "time"):
        table.add_column(name, vertical="bottom", overflow="fold")
    for name, claim in CLAIMS.items():
        table.add_row(Text(name, style="accent"), claim.statement, *_cells(found.get(name)))
    done = sum(kept.current for kept in found.values())
    return Answer(
        document=[_document(name, found.get(name)) for name in CLAIMS],
        shown=[table],
        closing=[
            f"\n{done} of {len(CLAIMS)} were run",
            "run:    trainlab claims run C01, or --all",
            "one:    trainlab claims show C01",
        ],
    )


def _cells(kept: Kept | None) -> tuple[RenderableType, ...]:
    if kept is None:
        return ("", "", "", "")
    verdict = kept.verdict
    hardest = verdict.hardest
    answer = Text(verdict.answer, style=wording.STATE[verdict.answer])
    if not kept.current:
        answer.append(", of an earlier version", style="dim")
    return answer, str(hardest.pairs), wording.amount(hardest), wording.cost(kept)


def _shown(terminal: Terminal, names: Sequence[str], recipe: str) -> Answer:
    if not names:
        raise InputError("there is no claim to show", next_step="trainlab claims show C01")
    folder = folder_of(terminal.runs, recipe)
    found = {name: read(folder, name) for name in names}
    pages = [f"page    {write(folder, kept)}" for kept in found.values() if kept is not None]
    undone = [name for name, kept in found.items() if kept is None]
    missing = [f"run it: trainlab claims run {' '.join(undone)}"] * bool(undone)
    return Answer(
        document=[_document(name, kept) for name, kept in found.items()],
        shown=[part for name, kept in found.items() for part in _one(name, kept)],
        closing=[*pages, *missing],
    )


def _ran(terminal: Terminal, names: Sequence[str], sitting: Sitting) -> Answer:
    """Run claims and tell each as it is done."""
    folder, done, left = folder_of(sitting.runs, sitting.recipe), list[Kept](), tuple[str, ...]()
    for event in run_claims(names, sitting):
        match event:
            case Begun(name):
                place = f"{names.index(name) + 1} of {len(names)}"
                terminal.say(f"{name} ({place}): {CLAIMS[name].statement}")
            case Spent(names_left):
                left = names_left
            case Kept():
                done.append(event)
                told = "ran" if sitting.quick else event.verdict.answer
                terminal.say(f"  {told}, {wording.cost(event)}")
                if not sitting.quick:
                    write(folder, event)
    if sitting.quick:
        return _quick(done, left)
    closing = [f"kept    {folder}"]
    if left:
        closing.append(f"next    the budget is spent; go on: {sitting.command}")
    each = [part for kept in done for part in _one(kept.name, kept)]
    return Answer(
        document=[_document(kept.name, kept) for kept in done],
        shown=each if len(done) <= AT_LENGTH else [_table(done)],
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


def _table(done: Sequence[Kept]) -> Table:
    table = plain_table()
    for name in ("", "verdict", "n", "effect (95 % CI)", "time"):
        table.add_column(name)
    for kept in done:
        table.add_row(Text(kept.name, style="accent"), *_cells(kept))
    return table


def _one(name: str, kept: Kept | None) -> list[RenderableType]:
    """Tell one claim: the sentence, what was expected, and what came of it."""
    claim = CLAIMS[name]
    facts = plain_table()
    facts.show_header = False
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column(overflow="fold")
    for what, told in _facts(claim, kept):
        facts.add_row(what, told)
    head = Text.assemble((name, "accent"), "  ", (claim.statement, "head"))
    if kept is None:
        return [head, Padding(facts, (0, 0, 1, 2))]
    return [head, Padding(Group(_findings(kept), Text(), facts), (0, 0, 1, 2))]


def _findings(kept: Kept) -> Table:
    table = plain_table()
    table.add_column(no_wrap=True)
    for name in ("expected", "found (95 % CI)", "by"):
        table.add_column(name, overflow="fold")
    verdict = kept.verdict
    table.add_row(Text(verdict.answer.upper(), style=wording.STATE[verdict.answer]), "", "", "")
    for finding in verdict.findings:
        table.add_row(
            Text(finding.answer, style=wording.STATE[finding.answer]),
            finding.expect.says,
            wording.amount(finding),
            "; ".join(filter(None, [wording.how(finding), wording.outlook(finding)])),
        )
    return table


def _facts(claim: Claim, kept: Kept | None) -> list[tuple[str, str]]:
    expected = [
        ("expected", f"{each.says}: {wording.expected(each)}") for each in claim.expects
    ] * (kept is None)
    facts = [
        ("source", claim.source),
        ("data", claim.data),
        ("measured", f"{claim.quantity}; {claim.pairs} pairs"),
        *expected,
        ("rule", "; ".join(wording.rule(claim))),
        ("holds when", claim.holds_when),
    ]
    if kept is not None:
        facts += [("note", note) for note in kept.found.notes]
        facts.append(("run", wording.setting(kept)))
    return facts


def _document(name: str, kept: Kept | None) -> dict[str, Any]:
    claim = CLAIMS[name]
    document: dict[str, Any] = {
        "claim": name,
        "statement": claim.statement,
        "source": claim.source,
        "data": claim.data,
        "measured": claim.quantity,
        "expected": [wording.expected(each) for each in claim.expects],
        "holds_when": claim.holds_when,
        "verdict": None,
    }
    if kept is None:
        return document
    verdict = kept.verdict
    return document | {
        "verdict": verdict.answer,
        "findings": [
            {
                "expected": finding.expect.says,
                "answer": finding.answer,
                "pairs": finding.pairs,
                "mean": finding.mean,
                "low": finding.low,
                "high": finding.high,
                "p": finding.p,
                "test": finding.test,
                "d_z": finding.d_z,
                "pairs_for_80_percent_power": finding.enough,
                "more_pairs": finding.more,
            }
            for finding in verdict.findings
        ],
        "seconds": kept.seconds,
        "created": kept.created,
        "current": kept.current,
    }


def _seconds(text: str) -> float:
    """Read `2min`, `90s`, `1h` or seconds alone."""
    found = re.fullmatch(r"(\d+\.?\d*) *(s|min|h|)", text.strip())
    if found is None:
        raise InputError(
            f"{text!r} is no length of time", where="--budget", next_step="write it as 2min or 90s"
        )
    return float(found[1]) * UNITS[found[2]]


class _Telling:
    """Tells on stderr how far the trainings of a claim are."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal, self.told = terminal, ("", "", 0)

    def see(self, name: str, progress: Progress) -> None:
        """Take in how far a claim is; each quarter is told."""
        quarter = int(4 * progress.done / max(1, progress.whole) + 1e-9)
        now = (name, progress.stage, quarter)
        if now != self.told and 0 < quarter < 4:
            self.terminal.say(f"  {progress.stage}: {progress.done:.0f} of {progress.whole}")
        self.told = now
