"""Trials -> outcomes: many trainings as few programs, a program on each core.

Members are independent, so a program may be cut into parts anywhere: with fewer programs than cores
the largest is cut in two until every core has one. Each runs in a process of its own on one thread,
since a population's products are many and small.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from trainlab.comparison.halving import losers
from trainlab.comparison.measure import Measure
from trainlab.comparison.outcome import Outcome, Trial
from trainlab.comparison.side_by_side import Stop, side_by_side
from trainlab.data import Stream
from trainlab.data.task import Part
from trainlab.engine.experiment import Experiment
from trainlab.engine.loop import train
from trainlab.engine.networks import Model
from trainlab.engine.placement import device_of
from trainlab.engine.record import Evaluated, Event, Reading, Stopped
from trainlab.engine.score import score
from trainlab.engine.training import Training
from trainlab.errors import Interrupted
from trainlab.recipe import Program, Recipe, plan

__all__ = ["Bench", "Watch"]

Watch = Callable[[float], None]
"""Told how many trainings were done since it was last told, as a sum of shares."""
ROWS_AT_LEAST = 4
"""Members below which a program is not cut further."""


@dataclass
class Bench:
    """Where trials are run: the user's model and data, and what is already known."""

    model: Model | None = None
    data: Any = None
    known: dict[str, Outcome] = field(default_factory=dict)
    """Outcomes by the trial's key: what is in here is not trained again."""
    keep: Callable[[str, Outcome], None] | None = None
    """Called with each outcome as it comes, to write it down."""
    stop: Callable[[], bool] = bool
    """Asked after each step whether to stop; never, unless somebody sets it."""
    cores: int = field(default_factory=lambda: _cores())
    _experiments: dict[str, Experiment] = field(default_factory=dict, repr=False)

    def experiment(self, recipe: Recipe) -> Experiment:
        """Give a recipe's data, read once for all recipes that say the same of them."""
        split = recipe.data.split.model_copy(update={"fold": None})
        data = recipe.data.model_copy(update={"split": split})
        if (said := repr(data)) not in self._experiments:
            whole = recipe.model_copy(update={"data": data})
            self._experiments[said] = Experiment(whole, self.model, self.data)
        return self._experiments[said]

    def run(
        self, trials: Sequence[Trial], measure: Measure, watch: Watch | None = None
    ) -> list[Outcome]:
        """Run the trials that are not known, and give the outcomes of all in their order."""
        unknown = [trial for trial in trials if trial.key not in self.known]
        told = watch or (lambda share: None)
        told(float(len(trials) - len(unknown)))
        for done in self._side_by_side(self._programs(unknown), measure, told):
            for trial, outcome in done:
                self.learn(trial.key, outcome)
        return [self.known[trial.key] for trial in trials]

    def learn(self, key: str, outcome: Outcome) -> None:
        """Take note of an outcome, and write it down."""
        self.known[key] = outcome
        if self.keep is not None:
            self.keep(key, outcome)

    def _programs(self, trials: Sequence[Trial]) -> list[_Piece]:
        """Plan the trials, cut on a CPU into as many pieces as it has cores, the longest first."""
        pieces = [
            _Piece(program, [trials[place] for place in program.index])
            for program in plan([_lean(trial.recipe) for trial in trials])
        ]
        devices = {device_of(piece.program.recipe.train.device).type for piece in pieces}
        while 0 < len(pieces) < self.cores and devices == {"cpu"}:
            pieces.sort(key=lambda piece: len(piece.trials), reverse=True)
            if not (halves := pieces[0].cut()):
                break
            pieces[:1] = halves
        return sorted(pieces, key=lambda piece: len(piece.trials), reverse=True)

    def _side_by_side(
        self, pieces: Sequence[_Piece], measure: Measure, watch: Watch
    ) -> Iterator[list[tuple[Trial, Outcome]]]:
        """Run batched programs a core each; one that uses all cores itself runs alone after."""
        ready = [
            (piece, self.experiment(piece.program.recipe).training(program=piece.program))
            for piece in pieces
        ]
        beside = [(piece, training) for piece, training in ready if _one_core(training)]
        jobs = [partial(_drive_alone, t, piece.trials, measure) for piece, t in beside]
        for place, outcomes in side_by_side(jobs, self.cores, watch, self.stop):
            yield list(zip(beside[place][0].trials, outcomes, strict=True))
        for piece, training in ready:
            if not _one_core(training):
                training.stop = self.stop
                outcomes = _drive(training, piece.trials, measure, watch)
                yield list(zip(piece.trials, outcomes, strict=True))


@dataclass(frozen=True)
class _Piece:
    """A program, or a part of its rows."""

    program: Program
    trials: Sequence[Trial]

    def cut(self) -> list[_Piece]:
        """Cut in two: every other arm, or, of an odd number of arms, half of the members.

        Those who compete at a rung stay together. Arms that are listed side by side are often of
        one kind, so both parts get some of each kind and take about as long.
        """
        arms = list(dict.fromkeys(trial.arm for trial in self.trials))
        competing = any(trial.rungs for trial in self.trials)
        if len(self.trials) < 2 * ROWS_AT_LEAST or (competing and len(arms) < 2):
            return []
        if competing or len(arms) % 2 == 0:
            first = set(arms[::2])
            sides = [trial.arm in first for trial in self.trials]
        else:
            sides = [place < len(self.trials) // 2 for place in range(len(self.trials))]
        return [self._part([p for p, s in enumerate(sides) if s is side]) for side in (True, False)]

    def _part(self, places: list[int]) -> _Piece:
        members = tuple(self.program.members[place] for place in places)
        index = tuple(self.program.index[place] for place in places)
        program = replace(self.program, recipe=members[0], members=members, index=index)
        return _Piece(program, [self.trials[place] for place in places])


@dataclass
class _Tape:
    """What the members of a training have shown so far."""

    p: int
    steps: list[list[int]] = field(default_factory=list)
    curves: list[dict[str, list[float]]] = field(default_factory=list)
    loss: dict[int, float] = field(default_factory=dict)
    ends: dict[int, Stopped] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.steps = [[] for _ in range(self.p)]
        self.curves = [{} for _ in range(self.p)]

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


def _one_core(training: Training) -> bool:
    """Whether a program is best run on one core, and can be: batched, pure, all data in memory."""
    if isinstance(training.feed.batches, Stream) or not training.population.pure:
        return False
    return training.placement.batching == "vmap" and training.placement.device == "cpu"


def _drive_alone(
    training: Training, trials: Sequence[Trial], measure: Measure, watch: Watch, stop: Stop
) -> list[Outcome]:
    training.placement = replace(training.placement, threads=1)
    training.stop = stop
    return _drive(training, trials, measure, watch)


def _drive(
    training: Training, trials: Sequence[Trial], measure: Measure, watch: Watch
) -> list[Outcome]:
    """Run a training to its end, dropping the losers of each rung on the way."""
    tape, rung, told = _Tape(len(trials)), 0, 0
    rungs = trials[0].rungs
    for event in train(training):
        tape.see(event)
        due = rung < len(rungs) and training.t >= rungs[rung] * training.cadence.steps
        if isinstance(event, Evaluated) and due:
            for stopped in training.drop(_worst(event, trials, measure.on("val"), rung)):
                tape.see(stopped)
            rung += 1
        if isinstance(event, Evaluated | Reading):
            watch((training.t - told) / training.cadence.steps * len(trials))
            told = training.t
    if training.stopped:
        raise Interrupted(f"stopped after step {training.t} of {training.cadence.steps}")
    watch((training.cadence.steps - told) / training.cadence.steps * len(trials))
    return _outcomes(training, trials, tape)


def _worst(event: Evaluated, trials: Sequence[Trial], measure: Measure, rung: int) -> list[int]:
    values = zip(event.members, event.values[measure.name], strict=True)
    scores = {member: measure.sign * value for member, value in values}
    return losers([trial.arm for trial in trials], scores, rung)


def _outcomes(training: Training, trials: Sequence[Trial], tape: _Tape) -> list[Outcome]:
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
    place: int, found: Mapping[str, list[float]], tape: _Tape, taken: int, seconds: float
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


def _lean(recipe: Recipe) -> Recipe:
    """Take no snapshots on the way: what is lost by a kill is one program."""
    train = recipe.train.model_copy(update={"checkpoint_every": recipe.train.length})
    return recipe.model_copy(update={"train": train})


def _cores() -> int:
    own = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return own or 1
