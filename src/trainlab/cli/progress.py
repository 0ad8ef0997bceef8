"""What is known of a training while it runs: events are told to it, displays read it.

No clock, no terminal: the moment of each event is given with it.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from trainlab.cli.curve import Point
from trainlab.engine.record import (
    Evaluated,
    Event,
    Finished,
    Reading,
    Started,
    Stopped,
)

__all__ = ["Lost", "Progress", "Score"]


@dataclass(frozen=True, slots=True)
class Score:
    """The newest value of one metric over the members that have it."""

    mean: float
    spread: float
    """Standard deviation over the members; NaN for one."""
    n: int


@dataclass(frozen=True, slots=True)
class Lost:
    """A member that takes no further update."""

    step: int
    why: str
    detail: str


@dataclass(slots=True)
class Progress:
    """One program at a time; `begun` counts them."""

    begun: int = 0
    finished: int = 0
    first: int = 0
    """The step this sitting began at."""
    step: int = 0
    steps: int = 0
    epoch: float = 0.0
    """Epochs done."""
    epochs: float = 0.0
    """Epochs planned."""
    members: tuple[int, ...] = ()
    parameters: int = 0
    placement: Mapping[str, Any] = field(default_factory=dict)
    since: float = 0.0
    """The moment the program started, in the clock of `tell`."""
    now: float = 0.0
    member_steps: int = 0
    """Updates of single members since `since`."""
    training: int = 0
    """Members that still take updates."""
    lost: dict[int, Lost] = field(default_factory=dict)
    scores: dict[str, Score] = field(default_factory=dict)
    curves: dict[str, list[Point]] = field(default_factory=dict)

    def tell(self, event: Event, now: float) -> None:
        """Take one event in."""
        self.now = now
        match event:
            case Started():
                self.begin(event, now)
            case Reading() | Evaluated():
                self.move(event.step)
                self.epoch = event.epoch
                self.score(event.values, event.epoch)
            case Stopped():
                self.move(event.step)
                self.training -= event.member not in self.lost
                self.lost[event.member] = Lost(event.step, event.why, event.detail)
            case Finished():
                self.finished += 1
                self.step = event.step

    def begin(self, event: Started, now: float) -> None:
        """Start over for the next program; a resume goes on with what is known."""
        if event.step == 0 or not self.begun:
            self.begun += 1
            self.lost, self.scores, self.curves = {}, {}, {}
        self.first = self.step = event.step
        self.steps, self.epoch, self.epochs = event.steps, event.epoch, event.epochs
        self.members, self.parameters = event.members, event.parameters
        self.placement = event.placement
        self.since = now
        self.member_steps = 0
        self.training = len(event.members) - len(self.lost)

    def move(self, step: int) -> None:
        """Count the updates since the last event."""
        self.member_steps += self.training * max(0, step - self.step)
        self.step = max(step, self.step)

    def score(self, values: Mapping[str, list[float]], epoch: float) -> None:
        """Keep the newest scores, and a point of each curve."""
        for key, numbers in values.items():
            finite = [value for value in numbers if math.isfinite(value)]
            if not finite:
                continue
            mean = statistics.fmean(finite)
            spread = statistics.stdev(finite) if len(finite) > 1 else math.nan
            self.scores[key] = Score(mean, spread, len(finite))
            point = Point(epoch, min(finite), mean, max(finite))
            self.curves.setdefault(key, []).append(point)

    @property
    def share(self) -> float:
        """The part of the planned updates that is done."""
        return self.step / self.steps if self.steps else 0.0

    def elapsed(self, now: float) -> float:
        """Seconds since the program started."""
        return max(0.0, now - self.since) if self.begun else 0.0

    def left(self, now: float) -> float | None:
        """Seconds to go at the pace so far, where there is a pace."""
        done = self.step - self.first
        return self.elapsed(now) * (self.steps - self.step) / done if done > 0 else None

    def pace(self) -> float | None:
        """Give the updates of single members in a second, up to the newest event."""
        seconds = self.elapsed(self.now)
        return self.member_steps / seconds if self.member_steps and seconds > 0 else None

    def counted(self) -> dict[str, int]:
        """Count the members that train, and those that do not by their reason."""
        counts = {"training": max(0, self.training)}
        for lost in self.lost.values():
            counts[lost.why] = counts.get(lost.why, 0) + 1
        return counts
