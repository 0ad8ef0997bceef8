"""One piece driven to its end: rungs on the way, its state saved now and then, its outcomes."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from trainlab.comparison.halving import losers
from trainlab.comparison.measure import Measure
from trainlab.comparison.outcome import Outcome, Trial
from trainlab.comparison.pieces import Piece
from trainlab.data.task import Part
from trainlab.engine.loop import train
from trainlab.engine.record import Evaluated, Event, Reading, Snapshot, Started, Stopped
from trainlab.engine.score import score
from trainlab.engine.training import Training
from trainlab.errors import Interrupted

__all__ = ["Drive", "Tape", "Watch"]

Watch = Callable[[float], None]
"""Told how many trainings were done since it was last told, as a sum of shares."""
EVERY = 30.0
"""Seconds between two states that are saved, if saving is quick."""
COST = 0.02
"""The share of the time that saving may take: what is slow to save is saved less often."""


@dataclass
class Tape:
    """What the members of a training have shown so far."""

    p: int
    steps: list[list[int]] = field(default_factory=list)
    curves: list[dict[str, list[float]]] = field(default_factory=list)
    loss: dict[int, float] = field(default_factory=dict)
    ends: dict[int, Stopped] = field(default_factory=dict)
    rung: int = 0
    """Rungs that lie behind."""

    def __post_init__(self) -> None:
        self.steps = self.steps or [[] for _ in range(self.p)]
        self.curves = self.curves or [{} for _ in range(self.p)]

    def see(self, event: Event) -> None:
        """Take note of an event."""
        if isinstance(event, Evaluated):
            for place, member in enumerate(event.members):
                self.steps[member].append(event.step)
                for name, values in event.values.items():
                    self.curves[member].setdefault(name, []).append(values[place])
        elif isinstance(event, Reading):
            self.loss |= dict(zip(event.members, event.values["train/loss"], strict=True))
        elif isinstance(event, Stopped):
            self.ends[event.member] = event

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> Tape:
        """Read what `dataclasses.asdict` gave, by way of JSON, where keys are text."""
        loss = {int(member): value for member, value in found["loss"].items()}
        ends = {int(member): Stopped(**each) for member, each in found["ends"].items()}
        return cls(**{**found, "loss": loss, "ends": ends})


@dataclass
class Drive:
    """A training, from its start or from where it was saved, and whom it is told to."""

    piece: Piece
    training: Training
    measure: Measure
    save: Callable[[Snapshot], None]
    tape: Tape
    next_save: float = 0.0

    @property
    def share(self) -> float:
        """The part of its steps that is taken."""
        return self.training.t / self.training.cadence.steps

    def alone(self, watch: Watch, stop: Callable[[], bool]) -> list[Outcome]:
        """Run on one thread, beside others that do."""
        self.training.placement = replace(self.training.placement, threads=1)
        return self(watch, stop)

    def __call__(self, watch: Watch, stop: Callable[[], bool]) -> list[Outcome]:
        """Run to the end, dropping the losers of each rung on the way.

        Raises Interrupted where it is asked to stop, once its state is saved.
        """
        training, told = self.training, self.share
        training.stop, training.save = stop, self._is_due
        self.next_save = time.monotonic() + EVERY
        for event in train(training):
            self._see(event)
            if isinstance(event, Evaluated | Reading | Started):
                watch((self.share - told) * self.tape.p)
                told = self.share
        if training.stopped:
            raise Interrupted(f"stopped after step {training.t} of {training.cadence.steps}")
        watch((1 - told) * self.tape.p)
        return _outcomes(training, self.piece.trials, self.tape)

    def _see(self, event: Event) -> None:
        self.tape.see(event)
        if isinstance(event, Evaluated) and self._at_rung():
            worst = _worst(event, self.piece.trials, self.measure.on("val"), self.tape.rung)
            for stopped in self.training.drop(worst):
                self.tape.see(stopped)
            self.tape.rung += 1
        if isinstance(event, Snapshot) and (self.training.stopped or self._is_due()):
            self._save(event)

    def _at_rung(self) -> bool:
        rungs, rung = self.piece.trials[0].rungs, self.tape.rung
        return rung < len(rungs) and self.training.t >= rungs[rung] * self.training.cadence.steps

    def _is_due(self) -> bool:
        return time.monotonic() >= self.next_save

    def _save(self, snapshot: Snapshot) -> None:
        began = time.monotonic()
        self.save(replace(snapshot, facts={**snapshot.facts, "tape": asdict(self.tape)}))
        now = time.monotonic()
        self.next_save = now + max(EVERY, (now - began) / COST)


def _worst(event: Evaluated, trials: Sequence[Trial], measure: Measure, rung: int) -> list[int]:
    values = zip(event.members, event.values[measure.name], strict=True)
    scores = {member: measure.sign * value for member, value in values}
    return losers([trial.arm for trial in trials], scores, rung)


def _outcomes(training: Training, trials: Sequence[Trial], tape: Tape) -> list[Outcome]:
    """Score the chosen weights of everyone who was trained to an end."""
    found = {
        f"{part}/{name}": values.tolist()
        for part in trials[0].parts
        for name, values in score(training, _part(part)).items()
    }
    taken = [tape.ends[place].step if place in tape.ends else training.t for place in range(tape.p)]
    whole = max(1, sum(taken))
    return [
        _outcome(place, found, tape, taken[place], training.seconds * taken[place] / whole)
        for place in range(tape.p)
    ]


def _outcome(
    place: int, found: Mapping[str, list[float]], tape: Tape, taken: int, seconds: float
) -> Outcome:
    why = tape.ends[place].why if place in tape.ends else "complete"
    scores = {} if why == "diverged" else {name: values[place] for name, values in found.items()}
    return Outcome(
        scores=scores | {"train/loss": tape.loss.get(place, float("nan"))},
        steps=tuple(tape.steps[place]),
        curve={name: tuple(values) for name, values in tape.curves[place].items()},
        why=why,
        taken=taken,
        seconds=seconds,
    )


def _part(name: str) -> Part:
    return "test" if name == "test" else "val"
