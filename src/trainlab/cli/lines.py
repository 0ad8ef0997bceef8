"""The progress as plain lines: for a file, a pipe, a CI log, a terminal that cannot redraw.

About one line an evaluation, and none sooner than two seconds after the last, except the first, the
end, and a member that stops.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from rich.console import Console

from trainlab.cli.live import placed, population, told
from trainlab.cli.numerals import count, duration, plain, with_spread
from trainlab.cli.progress import Progress
from trainlab.engine.record import Evaluated, Event, Finished, Started, Stopped

__all__ = ["Lines"]

APART = 2.0
"""Seconds between two lines of scores."""


class Lines:
    """Writes what events say, line by line; has the manners of live.Display."""

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
        self.last = -APART
        self.told = -1
        """The step whose scores were written last."""

    def __enter__(self) -> Lines:
        return self

    def __exit__(self, *fault: object) -> None:
        return None

    def watch(self, event: Event) -> None:
        """Take one event in and write a line where it deserves one."""
        now = self.clock()
        self.progress.tell(event, now)
        match event:
            case Started():
                self.note(self.begun())
                for note in event.notes:
                    self.note(f"note: {note}")
                self.last = now - APART
            case Evaluated(split="val") if now - self.last >= APART:
                self.last, self.told = now, event.step
                self.note(self.scores(now))
            case Stopped(why="early" | "diverged"):
                self.note(self.stopped(event))
            case Finished() if event.step != self.told:
                self.note(self.scores(now))

    def note(self, text: str) -> None:
        """Write one line."""
        self.console.print(text, markup=False, highlight=False, soft_wrap=True)

    def begun(self) -> str:
        """Say what begins."""
        progress = self.progress
        facts = [population(progress), f"{count(progress.steps)} steps"]
        facts += placed(progress.placement)
        resumed = f", from step {count(progress.first)}" if progress.first else ""
        return f"{self.title}: {', '.join(facts)}{resumed}"

    def scores(self, now: float) -> str:
        """Say how far it is and what the newest scores are."""
        progress = self.progress
        words = [
            f"step {progress.step:>{len(str(progress.steps))}}/{progress.steps}",
            f"epoch {plain(round(progress.epoch, 1))}",
            duration(progress.elapsed(now)),
        ]
        for key in ["train/loss", *(key for key in told(progress) if key != "train/loss")][:4]:
            if key in progress.scores:
                score = progress.scores[key]
                words.append(f"{key} {with_spread(score.mean, score.spread)}")
        rate = progress.pace()
        return "  ".join([*words, f"{count(rate)} member-steps/s" if rate else ""]).rstrip()

    def stopped(self, event: Stopped) -> str:
        """Say which member stopped, and why."""
        seed = f" (seed {self.seeds[event.member]})" if event.member in self.seeds else ""
        why = "diverged" if event.why == "diverged" else "stopped early"
        detail = f": {event.detail}" if event.detail else ""
        return f"member {event.member}{seed} {why} at step {count(event.step)}{detail}"
