"""Trials -> outcomes: many trainings as few programs, a program on each core.

Each runs in a process of its own on one thread, since a population's products are many and small.
Which trainings go together is written down before they begin, and the state of each program now and
then: who was stopped, even by a kill, goes on from there to the same bits.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

from trainlab.comparison.driving import Drive, Tape, Watch
from trainlab.comparison.measure import Measure
from trainlab.comparison.outcome import Outcome, Trial
from trainlab.comparison.pieces import Piece, pieces_of
from trainlab.comparison.side_by_side import side_by_side
from trainlab.data import Raw, Stream
from trainlab.engine.experiment import Experiment
from trainlab.engine.networks import Model
from trainlab.engine.record import Snapshot
from trainlab.engine.training import Training
from trainlab.errors import RunError
from trainlab.recipe import Recipe

__all__ = ["Bench", "States", "Watch"]


class States(Protocol):
    """Where programs under way are kept, each by the keys of its trials."""

    def begin(self, pieces: Sequence[Sequence[str]]) -> None:
        """Keep which trials are trained together, in the place of all that was kept before."""

    def pieces(self) -> Sequence[Sequence[str]]:
        """Give the pieces that were begun and are not done."""

    def save(self, piece: Sequence[str], snapshot: Snapshot) -> None:
        """Keep the state of a piece; another process may ask this."""

    def newest(self, piece: Sequence[str]) -> Snapshot | None:
        """Give the newest state of a piece, if there is one."""

    def done(self, piece: Sequence[str]) -> None:
        """Forget a piece: its outcomes are kept."""


class Forgotten:
    """States that nobody keeps."""

    def begin(self, pieces: Sequence[Sequence[str]]) -> None:
        """Keep nothing."""

    def pieces(self) -> Sequence[Sequence[str]]:
        """Give none."""
        return ()

    def save(self, piece: Sequence[str], snapshot: Snapshot) -> None:
        """Keep nothing."""

    def newest(self, piece: Sequence[str]) -> Snapshot | None:
        """Give none."""
        return None

    def done(self, piece: Sequence[str]) -> None:
        """Forget nothing."""


@dataclass
class Bench:
    """Where trials are run: the user's model and data, and what is already known."""

    model: Model | None = None
    data: Any = None
    known: dict[str, Outcome] = field(default_factory=dict)
    """Outcomes by the trial's key: what is in here is not trained again."""
    keep: Callable[[str, Outcome], None] | None = None
    """Called with each outcome as it comes, to write it down."""
    states: States = field(default_factory=Forgotten)
    """Where programs under way are kept."""
    stop: Callable[[], bool] = bool
    """Asked after each step whether to stop; never, unless somebody sets it."""
    cores: int = field(default_factory=lambda: _cores())
    _experiments: dict[str, Experiment] = field(default_factory=dict, repr=False)
    _raw: dict[str, Raw] = field(default_factory=dict, repr=False)

    def experiment(self, recipe: Recipe) -> Experiment:
        """Give a recipe's data: read once for all of one source, prepared once a preparation."""
        split = recipe.data.split.model_copy(update={"fold": None})
        data = recipe.data.model_copy(update={"split": split})
        if (said := repr(data)) not in self._experiments:
            whole = recipe.model_copy(update={"data": data})
            source = repr(data.source)
            made = Experiment(whole, self.model, self.data, self._raw.get(source))
            self._raw[source], self._experiments[said] = made.raw, made
        return self._experiments[said]

    def run(
        self, trials: Sequence[Trial], measure: Measure, watch: Watch | None = None
    ) -> list[Outcome]:
        """Run the trials that are not known, and give the outcomes of all in their order."""
        told = watch or (lambda share: None)
        drives = [self._drive(piece, measure) for piece in self._pieces(trials)]
        to_go = sum((1 - drive.share) * len(drive.piece.trials) for drive in drives)
        told(len(trials) - to_go)
        for piece, outcomes in self._side_by_side(drives, told):
            for trial, outcome in zip(piece.trials, outcomes, strict=True):
                self.learn(trial.key, outcome)
            self.states.done(piece.keys)
        return [self.known[trial.key] for trial in trials]

    def learn(self, key: str, outcome: Outcome) -> None:
        """Take note of an outcome, and write it down."""
        self.known[key] = outcome
        if self.keep is not None:
            self.keep(key, outcome)

    def _pieces(self, trials: Sequence[Trial]) -> list[Piece]:
        """Put together what is not known: as it was before, where it was begun before."""
        by_key = {trial.key: trial for trial in trials}
        unknown = by_key.keys() - self.known.keys()
        begun = [
            Piece.of([by_key[key] for key in keys])
            for keys in self.states.pieces()
            if by_key.keys() >= set(keys) and unknown & set(keys)
        ]
        unknown -= {key for piece in begun for key in piece.keys}
        new = pieces_of([by_key[key] for key in by_key if key in unknown], self.cores)
        if new:
            self.states.begin([piece.keys for piece in (*begun, *new)])
        return begun + new

    def _drive(self, piece: Piece, measure: Measure) -> Drive:
        """Make a piece ready, from where it was saved if it was."""
        experiment = self.experiment(piece.program.recipe)
        save = partial(self.states.save, piece.keys)
        if (state := self.states.newest(piece.keys)) is not None:
            with suppress(RunError):  # saved by another version: it begins anew
                training = experiment.resumed(state.tensors, state.facts, piece.program)
                return Drive(piece, training, measure, save, Tape.of(state.facts["tape"]))
        training = experiment.training(program=piece.program)
        return Drive(piece, training, measure, save, Tape(len(piece.trials)))

    def _side_by_side(
        self, drives: Sequence[Drive], watch: Watch
    ) -> Iterator[tuple[Piece, list[Outcome]]]:
        """Run batched programs a core each; one that uses all cores itself runs alone after."""
        beside = [drive for drive in drives if _one_core(drive.training)]
        jobs = [drive.alone for drive in beside]
        for place, outcomes in side_by_side(jobs, self.cores, watch, self.stop):
            yield beside[place].piece, outcomes
        for drive in drives:
            if not _one_core(drive.training):
                yield drive.piece, drive(watch, self.stop)


def _one_core(training: Training) -> bool:
    """Whether a program is best run on one core, and can be: batched, pure, all data in memory."""
    if isinstance(training.feed.batches, Stream) or not training.population.pure:
        return False
    return training.placement.batching == "vmap" and training.placement.device == "cpu"


def _cores() -> int:
    own = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return own or 1
