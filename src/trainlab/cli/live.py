"""The live display of a training: a bar, two curves with their bands, who trains.

It is drawn only on a terminal; see lines.py for everywhere else, watching.py for the choice.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.padding import Padding
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from trainlab.amounts import counted
from trainlab.cli.curve import Frame, Point, draw
from trainlab.cli.glyphs import Glyphs, glyphs_for
from trainlab.cli.numerals import count, duration, plain, with_spread
from trainlab.cli.progress import Lost, Progress
from trainlab.engine.record import Event, Started

__all__ = ["Display", "curves", "placed", "population", "told"]

PER_SECOND = 5
STRIP = 64
"""More members than this are counted, not shown one by one."""
TOLD = 3
"""Reasons of stopped members that are shown; the newest."""
LOG_FROM = 8
"""A curve whose ends differ by this factor is drawn by its logarithm."""
SIDE_BY_SIDE = 64
"""Columns from which on two curves stand beside each other."""


class Display:
    """A picture of the progress, redrawn a few times a second until it is left."""

    def __init__(
        self,
        console: Console,
        title: str,
        seeds: Mapping[int, int],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.console = console
        self.title = title
        self.seeds = seeds
        self.clock = clock
        self.progress = Progress()
        self.notice = ""
        self.glyphs = glyphs_for(console.encoding)
        self.lock = threading.Lock()
        self.live = Live(
            console=console,
            get_renderable=self.picture,
            refresh_per_second=PER_SECOND,
            redirect_stdout=False,
        )

    def __enter__(self) -> Display:
        self.live.start()
        return self

    def __exit__(self, *fault: object) -> None:
        self.live.transient = not self.progress.begun  # a picture of nothing is wiped out
        self.live.stop()
        if self.progress.begun:
            self.console.print()

    def watch(self, event: Event) -> None:
        """Take one event in; the next redraw shows it."""
        with self.lock:
            self.progress.tell(event, self.clock())
        if isinstance(event, Started):
            for note in event.notes:
                self.console.print(f"note: {note}", style="dim", markup=False, highlight=False)

    def note(self, text: str) -> None:
        """Show a line below the picture from now on, at once."""
        self.notice = text
        self.live.refresh()

    def picture(self) -> RenderableType:
        """Draw what is known now."""
        with self.lock:
            return Group(*self.parts())

    def parts(self) -> Iterator[RenderableType]:
        """Give the parts of the picture from the top."""
        progress, glyphs = self.progress, self.glyphs
        if not progress.begun:
            yield Text.assemble((self.title, "head"), ("  preparing", "dim"))
            return
        yield _heading(self.title, progress, glyphs)
        yield _bar(progress, self.console.width)
        yield _pace(progress, self.clock(), glyphs)
        height = min(6, self.console.height - 11)
        if height >= 3 and progress.curves:
            yield Padding(curves(progress, self.console.width, height, glyphs), (1, 0, 1, 0))
        yield _strip(progress, glyphs)
        yield from _reasons(progress.lost, self.seeds, glyphs)
        if self.notice:
            yield Text(self.notice, style="warn")


def _cut(line: Text, glyphs: Glyphs) -> Text:
    """Keep a line one line: what does not fit is left out."""
    line.no_wrap = True
    line.overflow = "ellipsis" if glyphs.braille else "crop"
    return line


def _heading(title: str, progress: Progress, glyphs: Glyphs) -> Text:
    """Give the first line: what is trained, and where."""
    number = f" (program {progress.begun})" if progress.begun > 1 else ""
    facts = [population(progress), *placed(progress.placement)]
    rest = f"  {f' {glyphs.dot} '.join(facts)}"
    return _cut(Text.assemble((title + number, "head"), (rest, "dim")), glyphs)


def population(progress: Progress) -> str:
    """Say how many networks of which size."""
    members = len(progress.members)
    networks = "1 network" if members == 1 else f"{members} networks"
    return f"{networks} of {count(progress.parameters)} parameters"


def placed(placement: Mapping[str, Any]) -> list[str]:
    """Say where and how it runs, in a few words."""
    words = [str(placement[key]) for key in ("device",) if key in placement]
    threads = placement.get("threads")
    if threads:
        words.append(counted(threads, "threads"))
    return words + [str(placement[key]) for key in ("batching", "precision") if placement.get(key)]


def _bar(progress: Progress, width: int) -> RenderableType:
    """Draw the bar over the whole width, the percentage at its end."""
    row = Table.grid(padding=(0, 1))
    row.add_column()
    row.add_column(justify="right")
    drawn = ProgressBar(
        total=max(1, progress.steps),
        completed=progress.step,
        width=max(10, width - 6),
        complete_style="accent",
        finished_style="good",
    )
    row.add_row(drawn, Text(f"{progress.share:4.0%}"))
    return row


def _pace(progress: Progress, now: float, glyphs: Glyphs) -> Text:
    """Say how far it is, how long it takes and how fast it goes."""
    end = progress.now if progress.finished == progress.begun else now
    words = [
        f"epoch {plain(round(progress.epoch, 1))} of {plain(round(progress.epochs, 1))}",
        f"step {count(progress.step)} of {count(progress.steps)}",
        duration(progress.elapsed(end)),
    ]
    left, rate = progress.left(end), progress.pace()
    if left and progress.step < progress.steps:
        words[-1] += f", {duration(left)} to go"
    if rate:
        words.append(f"{count(rate)} member-steps/s")
    return _cut(Text(f" {glyphs.dot} ".join(words)), glyphs)


def curves(progress: Progress, width: int, height: int, glyphs: Glyphs) -> RenderableType:
    """Draw the loss and the first score, beside each other where there is room."""
    keys = told(progress)[: 2 if width >= SIDE_BY_SIDE else 1]
    grid = Table.grid(padding=(0, 2, 0, 0), pad_edge=False)
    each = (width - 2 * (len(keys) - 1)) // max(1, len(keys))
    for _ in keys:
        grid.add_column(width=each)
    grid.add_row(*(_curve(progress, key, (each, height), glyphs) for key in keys))
    return grid


def told(progress: Progress) -> list[str]:
    """Give the metrics worth a curve, the loss first: of validation if there is one."""
    split = "val/" if any(key.startswith("val/") for key in progress.scores) else "train/"
    keys = [key for key in progress.scores if key.startswith(split)]
    return sorted(keys, key=lambda key: not key.endswith("/loss"))


def _curve(progress: Progress, key: str, size: tuple[int, int], glyphs: Glyphs) -> RenderableType:
    """Draw one metric: its newest value above, its band below."""
    width, height = size
    points = progress.curves[key]
    score = progress.scores[key]
    end = max(progress.epochs, points[-1].x)  # a log of old does not say what was planned
    frame = Frame(width=width, height=height, x_end=end, log=_spread_wide(points))
    value = with_spread(score.mean, score.spread, glyphs.plus_minus)
    head = _cut(Text.assemble((f"{key} ", ""), (value, "head")), glyphs)
    aside = [f"sd of {score.n}"] if score.n > 1 else []
    head.append("  " + f" {glyphs.dot} ".join([*aside, *["log"] * frame.log]), style="dim")
    return Group(head, *draw(points, frame, glyphs))


def _spread_wide(points: Sequence[Point]) -> bool:
    """Say whether a curve spans so much that only its logarithm shows the end."""
    mids = [point.mid for point in points]
    return min(mids) > 0 and max(mids) / min(mids) > LOG_FROM


def _strip(progress: Progress, glyphs: Glyphs) -> Text:
    """Draw one sign for each member, then count them."""
    line = Text()
    if 1 < len(progress.members) <= STRIP:
        for member in progress.members:
            line.append(*_sign(progress.lost.get(member), glyphs))
        line.append("  ")
    words = {
        "training": ("training", ""),
        "complete": ("complete", "good"),
        "early": ("stopped early", "warn"),
        "diverged": ("diverged", "lost"),
        "dropped": ("dropped", "dim"),
    }
    counts = {why: n for why, n in progress.counted().items() if n}
    for place, (why, n) in enumerate(counts.items()):
        word, style = words.get(why, (why, "dim"))
        line.append(f" {glyphs.dot} " if place else "", style="dim")
        line.append(f"{n} {word}", style=style)
    return _cut(line, glyphs)


def _sign(lost: Lost | None, glyphs: Glyphs) -> tuple[str, str]:
    """Give the sign and style of one member."""
    signs = {
        "complete": (glyphs.done, "good"),
        "early": (glyphs.early, "warn"),
        "diverged": (glyphs.lost, "lost"),
        "dropped": (glyphs.lost, "dim"),
    }
    return signs[lost.why] if lost else (glyphs.alive, "accent")


def _reasons(lost: Mapping[int, Lost], seeds: Mapping[int, int], glyphs: Glyphs) -> Iterator[Text]:
    """Say why the newest members stopped that did not come to their end."""
    early = {member: stop for member, stop in lost.items() if stop.why != "complete"}
    newest = sorted(early.items(), key=lambda item: item[1].step)[-TOLD:]
    for member, stop in newest:
        seed = f" (seed {seeds[member]})" if member in seeds else ""
        why = {"early": "stopped early", "diverged": "diverged"}.get(stop.why, stop.why)
        detail = f": {stop.detail}" if stop.detail else ""
        line = Text(
            f"  member {member}{seed} {why} at step {count(stop.step)}{detail}",
            style="lost" if stop.why == "diverged" else "dim",
        )
        yield _cut(line, glyphs)
