"""trainlab lr RECIPE: which learning rate, from short trainings over a grid of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from shlex import join
from time import perf_counter
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from trainlab.check.learning_rate import Confirmation, Grid, Range, RangeTest, Refusal, range_test
from trainlab.cli.arguments import Overrides, PageFile, RecipeName
from trainlab.cli.bar import Bar
from trainlab.cli.curve import Frame, Point, draw
from trainlab.cli.numerals import duration
from trainlab.cli.outcome import plain_table
from trainlab.cli.terminal import Answer, Terminal
from trainlab.engine.record import Event, Finished, Reading, Started
from trainlab.recipe.source import load
from trainlab.report import rates_wording as wording
from trainlab.report.rates_page import page
from trainlab.store import atomic

__all__ = ["run"]

HEIGHT = 12
LABELS = 9
"""Columns to the left of a curve."""


def run(
    terminal: Terminal,
    recipe: RecipeName,
    overrides: Overrides = None,
    seeds: Annotated[int, typer.Option(metavar="N", help="Seeds of each rate.")] = 5,
    low: Annotated[float, typer.Option("--from", metavar="LR", help="The lowest rate.")] = 1e-6,
    high: Annotated[float, typer.Option("--to", metavar="LR", help="The highest rate.")] = 10.0,
    points: Annotated[int, typer.Option(metavar="N", help="Rates from one to the other.")] = 24,
    steps: Annotated[
        int | None,
        typer.Option(metavar="N", help="Of each training; else two epochs, from 100 to 300."),
    ] = None,
    out: PageFile = None,
) -> Answer:
    """Find the learning rates worth using: the lowest, the best, the edge of stability.

    Trains every rate with every seed for a few steps at that rate (the schedule is off: the rate
    that is found is the schedule's peak), then the best against its neighbours and the recipe's own
    on fresh seeds; what beats it there is suggested instead. Keeps nothing. Exit code 1 where no
    rate can be suggested.
    """
    began = perf_counter()
    opened, name = load(recipe, overrides or []), Path(recipe).stem
    grid = Grid(low=low, high=high, points=points, seeds=seeds, steps=steps)
    with _Watching(terminal) as watching:
        found = range_test(opened, grid=grid, watch=watching.see)
    said = [word for word in overrides or [] if not word.startswith("optimizer.lr=")]
    closing: list[RenderableType] = [f"took    {duration(perf_counter() - began)}"]
    if out is not None:
        atomic.write_text(out, page(name, found))
        closing.append(f"page    {out}")
    if found.suggestion is not None:
        rate = f"optimizer.lr={wording.rounded(found.suggestion)}"
        closing.append(f"next    trainlab train {join([recipe, *said, rate])}")
    return Answer(
        document=_document(name, found),
        shown=list(_shown(name, found, terminal)),
        closing=closing,
        last=rate if found.suggestion is not None else "",
        code=0 if found.suggestion is not None else 1,
    )


class _Watching(Bar):
    """Tells on stderr what is being trained; on a screen, how far it is."""

    def __init__(self, terminal: Terminal) -> None:
        name = TextColumn("  {task.description}", style="dim")
        super().__init__(terminal, name, BarColumn(40), TimeRemainingColumn())

    def see(self, event: Event) -> None:
        """Take one event in."""
        match event:
            case Started():
                self.terminal.say(f"{event.notes[-1]}, {event.steps} steps")
                self.task = self.bar.add_task(f"{len(event.members)} members", total=event.steps)
            case Reading():
                self.bar.update(self.task, completed=event.step)
            case Finished():
                self.bar.remove_task(self.task)


def _shown(name: str, found: RangeTest, terminal: Terminal) -> Iterator[RenderableType]:
    yield Text.assemble((name, "bold cyan"), "  ", (wording.setting(found), "dim"))
    yield Padding(Group(*_curve(found, terminal)), (1, 0, 1, 0))
    for note in wording.notes(found):
        yield Text(f"note: {note}", style="warn")
    if isinstance(found.found, Refusal):
        yield Text.assemble(("no suggestion", "lost"), f": {found.found.what}")
        yield f"try     {found.found.next_step}"
        return
    yield Padding(_facts(found), (0, 0, 1, 2))
    if found.confirmation is not None:
        word, why = wording.verdict(found.confirmation, terminal.glyphs.plus_minus)
        style = "good" if found.confirmation.verdict == "confirmed" else "warn"
        yield Text.assemble((word, style), f": {why}")
        yield Padding(_rivals(found.confirmation, terminal), (1, 0, 1, 2))


def _curve(found: RangeTest, terminal: Terminal) -> Iterator[Text]:
    """Draw what is left of the loss over the rate: the seeds' median, and their range as a band."""
    width = min(terminal.out.width, 100)
    curve = found.curve
    along = np.log10(curve.rates / curve.rates[0])
    lines = zip(
        along,
        curve.shares.min(axis=1),
        np.median(curve.shares, axis=1),
        curve.shares.max(axis=1),
        strict=True,
    )
    points = [Point(*(float(value) for value in line)) for line in lines]
    frame = Frame(width=width, height=HEIGHT, x_end=float(along[-1]), from_zero=True)
    yield Text(f"{'':{LABELS}}share of the loss at the start that is left", style="dim")
    yield from draw(points, frame, terminal.glyphs)
    cells = max(4, width - LABELS)
    yield Text(_written(_decades(curve.rates), cells, found), style="dim")
    if isinstance(found.found, Range):
        yield Text(_bar(found.found, cells, found, terminal.glyphs.rule), style="accent")


def _place(rate: float, cells: int, found: RangeTest) -> int:
    """Give the cell of a rate, counted from the first of the curve."""
    low, high = np.log10(found.curve.rates[[0, -1]])
    return int(np.clip(round((cells - 1) * (np.log10(rate) - low) / (high - low)), 0, cells - 1))


def _decades(rates: np.ndarray[Any, Any]) -> list[float]:
    """Give the powers of ten to write: every one, or every second where there are many."""
    first, last = np.ceil(np.log10(rates[0]) - 1e-9), np.floor(np.log10(rates[-1]) + 1e-9)
    step = 1 if last - first < 9 else 2
    return [float(10.0**power) for power in np.arange(first, last + 1, step)]


def _written(rates: Sequence[float], cells: int, found: RangeTest) -> str:
    """Write each rate under its place, as far as there is room."""
    line = ""
    for rate in rates:
        text = wording.rounded(rate)
        at = LABELS + min(_place(rate, cells, found), cells - len(text))
        if at > len(line) or not line:
            line = f"{line:{at}}{text}"
    return line


def _bar(result: Range, cells: int, found: RangeTest, rule: str) -> str:
    """Draw the useful range under the axis: [---^----], open where it goes on."""
    start = 0 if result.lowest is None else _place(result.lowest, cells, found)
    end = cells - 1 if result.edge is None else _place(result.edge, cells, found)
    signs = [" "] * start + [rule] * (end + 1 - start)
    signs[start] = rule if result.lowest is None else "["
    signs[end] = rule if result.edge is None else "]"
    signs[_place(result.best, cells, found)] = "^"
    return " " * LABELS + "".join(signs) + " useful"[: max(0, cells - end)]


def _facts(found: RangeTest) -> Table:
    table = plain_table()
    table.show_header = False
    for style in ("", "head", "dim"):
        table.add_column(style=style)
    for name, rate, told in wording.facts(found):
        table.add_row(name, rate, told)
    return table


def _rivals(found: Confirmation, terminal: Terminal) -> Table:
    """Draw one row a rate, its mean loss and its paired difference to the best."""
    table = plain_table()
    table.add_column("")
    for name in ("lr", "loss", "difference, 95 % CI"):
        table.add_column(name, justify="right")
    own = (wording.rounded(found.rate), wording.mean_loss(found.loss))
    table.add_row(Text("the best", style="head"), *own, "")
    for rival in found.rivals:
        table.add_row(
            wording.role(rival),
            wording.rounded(rival.rate),
            wording.mean_loss(rival.loss),
            wording.gap(rival, terminal.glyphs.plus_minus),
        )
    return table


def _document(name: str, found: RangeTest) -> dict[str, Any]:
    curve, confirmed = found.curve, found.confirmation
    document: dict[str, Any] = {
        "recipe": name,
        "suggestion": found.suggestion,
        "current": found.current,
        "constant": found.constant,
        "steps": found.steps,
        "seeds": found.seeds,
        "range": asdict(found.found) if isinstance(found.found, Range) else None,
        "refusal": asdict(found.found) if isinstance(found.found, Refusal) else None,
        "confirmation": None,
        "notes": list(wording.notes(found)),
        "start": curve.start.tolist(),
        "curve": [
            {"lr": rate, "loss": losses, "diverged": lost}
            for rate, losses, lost in zip(
                curve.rates.tolist(), curve.loss.tolist(), curve.diverged.tolist(), strict=True
            )
        ],
    }
    if confirmed is not None:
        document["confirmation"] = asdict(confirmed) | {"verdict": confirmed.verdict}
    return document
