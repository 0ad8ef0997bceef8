"""What a run comes to: scores of each member, and their mean with a 95 % interval over seeds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import fmean, stdev
from typing import Any

from trainlab.engine.record import Evaluated, Finished, Reading, Started, Stopped
from trainlab.store.log import Logged
from trainlab.store.members import Member

__all__ = ["Interval", "Outcome", "interval", "outcomes", "summarise"]


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A mean and how far it may be off: mean +- half at the given level."""

    mean: float
    half: float
    """NaN for n = 1: one seed says nothing of the spread."""
    sd: float
    n: int
    level: float = 0.95

    @property
    def low(self) -> float:
        """Lower end."""
        return self.mean - self.half

    @property
    def high(self) -> float:
        """Upper end."""
        return self.mean + self.half


def interval(values: Sequence[float], level: float = 0.95) -> Interval:
    """Student's t interval of the mean: half = t_{(1 + level)/2, n - 1} sd / sqrt(n).

    sd has n - 1 below. It assumes independent seeds and a mean that is near normal.
    """
    n = len(values)
    mean = fmean(values) if n else math.nan
    if n < 2:
        return Interval(mean=mean, half=math.nan, sd=math.nan, n=n, level=level)
    from scipy.special import stdtrit

    sd = stdev(values)
    half = float(stdtrit(n - 1, (1 + level) / 2)) * sd / math.sqrt(n)
    return Interval(mean=mean, half=half, sd=sd, n=n, level=level)


@dataclass(kw_only=True)
class Outcome:
    """How one member's training went."""

    member: Member
    steps: int = 0
    why: str = "running"
    """diverged, early, complete, dropped, or running."""
    detail: str = ""
    best_step: int | None = None
    """The step whose weights were chosen."""
    scores: dict[str, float] = field(default_factory=dict)
    """`val/...` at the chosen step, `test/...` as last evaluated."""

    def go_on(self, step: int) -> None:
        """Note that it was still training at a step."""
        if self.why == "running":
            self.steps = max(self.steps, step)

    @property
    def counts(self) -> bool:
        """Whether it belongs in the mean: a diverged member has no score, it has a cause."""
        return self.why != "diverged"


def outcomes(events: Iterable[Logged], members: Sequence[Member]) -> list[Outcome]:
    """Follow every member through the log."""
    found = {(m.program, m.place): Outcome(member=m) for m in members}
    history: dict[tuple[int, int], list[Evaluated]] = {key: [] for key in found}
    for logged in events:
        event, program = logged.event, logged.program
        if isinstance(event, Stopped):
            outcome = found[program, event.member]
            outcome.steps, outcome.why, outcome.detail = event.step, event.why, event.detail
        elif isinstance(event, Finished):
            for place, step in zip(event.members, event.chosen_step, strict=True):
                found[program, place].best_step = step
        elif isinstance(event, (Reading, Evaluated)):
            for place in event.members:
                found[program, place].go_on(event.step)
                if isinstance(event, Evaluated):
                    history[program, place].append(event)
    for (program, place), evaluated in history.items():
        found[program, place].scores = _scores(evaluated, place, found[program, place].best_step)
    return list(found.values())


def summarise(events: Iterable[Logged], members: Sequence[Member]) -> dict[str, Any]:
    """Give the JSON-able summary: members, scores, cost."""
    events = list(events)
    found = outcomes(events, members)
    seconds = _seconds(events)
    steps = sum(outcome.steps for outcome in found)
    return {
        "seconds": seconds,
        "member_steps": steps,
        "member_steps_per_second": steps / seconds if seconds > 0 else None,
        "parameters": _parameters(events),
        "diverged": sum(not outcome.counts for outcome in found),
        "scores": _over_seeds(found),
        "members": [_line(outcome) for outcome in found],
    }


def _scores(history: Sequence[Evaluated], place: int, chosen: int | None) -> dict[str, float]:
    """Read the scores at the chosen step, of an unfinished run at its best; those of test last."""
    best = [e.step for e in history if e.best and e.best[e.members.index(place)]]
    until = chosen if chosen is not None else max(best, default=math.inf)
    scores: dict[str, float] = {}
    for event in history:
        if event.split == "test" or event.step <= until:
            at = event.members.index(place)
            scores.update({name: values[at] for name, values in event.values.items()})
    return scores


def _over_seeds(found: Sequence[Outcome]) -> list[dict[str, Any]]:
    """Summarise each score over the seeds of each arm."""
    values: dict[tuple[str, str], list[float]] = {}
    for outcome in found:
        if outcome.counts:
            for metric, value in outcome.scores.items():
                values.setdefault((outcome.member.arm, metric), []).append(value)
    return [_entry(arm, metric, interval(each)) for (arm, metric), each in values.items()]


def _entry(arm: str, metric: str, of: Interval) -> dict[str, Any]:
    return {
        "arm": arm,
        "metric": metric,
        "mean": of.mean,
        "half": None if of.n < 2 else of.half,
        "sd": None if of.n < 2 else of.sd,
        "n": of.n,
    }


def _line(outcome: Outcome) -> dict[str, Any]:
    member = outcome.member
    return {
        "member": member.member,
        "seed": member.seed,
        "arm": member.arm,
        "steps": outcome.steps,
        "why": outcome.why,
        "detail": outcome.detail,
        "best_step": outcome.best_step,
        "scores": outcome.scores,
    }


def _parameters(events: Sequence[Logged]) -> int | None:
    """Give the parameters of the largest member."""
    started = (logged.event for logged in events)
    return max((e.parameters for e in started if isinstance(e, Started)), default=None)


def _seconds(events: Sequence[Logged]) -> float:
    """Sum the programs' seconds in training."""
    latest: dict[int, float] = {}
    for logged in events:
        if isinstance(logged.event, (Reading, Finished)):
            latest[logged.program] = logged.event.seconds
    return sum(latest.values())
