"""A training as it stands between two steps: everything the loop moves, and its single moves."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from typing import Any

import torch
from torch import Tensor

from trainlab.data import Task
from trainlab.engine.average import Average
from trainlab.engine.cadence import Cadence
from trainlab.engine.compiled import CompiledUpdate
from trainlab.engine.dials import Dial, Dials
from trainlab.engine.diverged import first_non_finite
from trainlab.engine.evaluate import evaluate
from trainlab.engine.feed import Feed
from trainlab.engine.forward import Forward, Objective, forward_by
from trainlab.engine.monitor import Monitor
from trainlab.engine.movement import Rates
from trainlab.engine.placement import Placement
from trainlab.engine.population import Population
from trainlab.engine.record import Evaluated, Finished, Reading, Started, Stopped, Why
from trainlab.engine.room import room_for
from trainlab.engine.search import SearchUpdate
from trainlab.engine.step import Batch, Stepped, Update
from trainlab.rules.around import DRAWING
from trainlab.schedules import PlateauState, plateau_step

__all__ = ["Ended", "Training"]

NOT_FOUND = "not found on replay"


@dataclass(frozen=True)
class Ended:
    """What a member was when it stopped: weights by name, without the member axis."""

    chosen: dict[str, Tensor]
    last: dict[str, Tensor]
    chosen_step: int


@dataclass
class Training:
    """One program on its way: the members as rows, what feeds them, what they have been told."""

    task: Task
    feed: Feed
    population: Population
    objective: Objective
    update: Update | CompiledUpdate | SearchUpdate
    dials: Dials
    rates: Rates
    told: dict[str, Dial]
    """What moves besides the learning rate, by name."""
    monitor: Monitor
    cadence: Cadence
    placement: Placement
    plateau: PlateauState
    average: Average | None = None
    """The average that is evaluated in the place of the weights, if any is."""
    copies: int = 0
    """Copies of the weights that a step makes besides those that are kept."""
    t: int = 0
    """Updates taken."""
    seconds: float = 0.0
    """Time spent in updates."""
    ended: dict[int, Ended] = field(default_factory=dict)
    """Members that stopped, by their place in the program."""
    notes: tuple[str, ...] = ()
    """More to tell at the start."""
    stop: Callable[[], bool] = bool
    """Asked after each step whether to stop there; never, unless somebody sets it."""
    save: Callable[[], bool] = bool
    """Asked after each step whether to take a snapshot there, besides those that are due."""
    stopped: bool = False
    """Whether it was stopped so."""

    def __post_init__(self) -> None:
        self.all_folds = self.feed.folds
        self.refresh()

    def refresh(self) -> None:
        """Rebuild what hangs on the rows, after rows were dropped or loaded."""
        p, device = self.population.p, self.population.theta.device
        self.forward: Forward = forward_by(
            self.placement.batching,
            self.population,
            self.objective,
            self.placement.amp,
            self.placement.workers,
        )
        ended = [member in self.ended for member in self.population.members]
        self.active = ~torch.tensor(ended, device=device)
        self.some_stopped = any(ended)
        exact = torch.float32 if device.type == "mps" else torch.float64  # MPS has no float64
        self.loss_sum = torch.zeros(p, dtype=exact, device=device)
        self.summed = 0

    @property
    def running(self) -> bool:
        """Whether anyone has steps to take."""
        return self.t < self.cadence.steps and len(self.ended) < len(self.cadence.totals)

    @property
    def epoch(self) -> float:
        """Passes over the training split so far."""
        return self._epochs(self.t)

    def advance(self) -> Stepped:
        """Take one step."""
        began = time.perf_counter()
        self.rates.turn(self.population, self.t)
        batches = self._batches(self.t)
        first = next(batches)
        h = self.dials.at(self.t)
        if not DRAWING.isdisjoint(h):
            h = {**h, "noise_key": self.feed.step_keys(self.t)}
        moving = self.active if self.some_stopped else None
        with room_for(self.population, first, self.copies):
            each = chain([first], batches)
            stepped = self.update(self.population, self.forward, each, h, moving)
        if self.average is not None:
            self.average.follow(self.population.theta, self.t)
        self.loss_sum += stepped.loss
        self.summed += 1
        self.t += 1
        self.seconds += time.perf_counter() - began
        return stepped

    def _batches(self, step: int) -> Iterator[Batch]:
        """Give the batches of a step, each when it is asked for, with random layers keyed to it."""
        for place in self.feed.parts(step):
            if self.population.draws:
                self.population.set_keys(self.feed.layer_keys(place, self.population.draws))
            yield self.feed.at(place)

    def due(self, what: str) -> bool:
        """Whether a reading, an evaluation or a snapshot is due after this step."""
        return self.cadence.due(what, self.t)

    def started(self) -> Started:
        """Say that it begins, or goes on."""
        return Started(
            step=self.t,
            steps=self.cadence.steps,
            members=tuple(range(len(self.cadence.totals))),
            parameters=self.population.layout.n,
            placement=self.placement.facts(),
            epoch=self.epoch,
            epochs=self._epochs(self.cadence.steps),
            notes=(*self.task.notes, *filter(None, [self.placement.note]), *self.notes),
        )

    def _epochs(self, steps: int) -> float:
        """Give the passes over the training split that so many steps are."""
        pace = self.cadence.pace
        return float(pace.positions(torch.tensor(steps))) / pace.usual

    def reading(self, stepped: Stepped) -> Reading:
        """Average the training since the last reading."""
        values = {
            "train/loss": self.loss_sum / max(1, self.summed),
            **self._moving(),
            "gradient/norm": torch.linalg.vector_norm(stepped.gradient, dim=1),
        }
        if "evaluations" in self.population.slots:
            values["evaluations"] = self.population.slots["evaluations"].flatten()
        self.loss_sum, self.summed = torch.zeros_like(self.loss_sum), 0
        return Reading(
            step=self.t,
            epoch=self.epoch,
            members=self._active_members(),
            values={name: self._of_active(value) for name, value in values.items()},
            seconds=self.seconds,
        )

    def _moving(self) -> dict[str, Tensor]:
        """Give the numbers that schedules move as the last step read them, [P]."""
        found = {"lr": self.dials.lr, **self.told}
        step, p = self.t - 1, self.population.p
        exactly = partial(torch.as_tensor, dtype=torch.float64, device="cpu")
        moving = {name: exactly(dial.at(step)).flatten().expand(p) for name, dial in found.items()}
        if len(self.feed.sizes) > 1:
            moving["batch_size"] = torch.tensor(float(self.feed.size(step))).expand(p)
        return moving

    def evaluated(self) -> Iterator[Evaluated]:
        """Score the validation split and take note of the best."""
        if not self.task.val.shape[1]:
            return
        with self._averaged():
            scores = evaluate(self.forward, self.task, "val", self.objective, self.feed.folds)
            score = scores[self.monitor.name.rpartition("/")[2]]
            better = self.monitor.see(self.population, score, self.t)
        self._reduce_on_plateau(self.monitor.sign * score)
        yield Evaluated(
            step=self.t,
            epoch=self.epoch,
            split="val",
            members=self._active_members(),
            values={f"val/{name}": self._of_active(value) for name, value in scores.items()},
            best=tuple(better[self.active.cpu()].tolist()),
        )

    def stop_diverged(self, stepped: Stepped) -> Iterator[Stopped]:
        """Stop the members whose step was not finite; they have not moved."""
        if stepped.finite is not None:
            for row in (~stepped.finite & self.active).nonzero().flatten().tolist():
                yield self._diverged(row)

    def stop_finished(self) -> Iterator[Stopped]:
        """Stop the members that have waited too long or reached their length; drop the stopped."""
        if not self.due("evaluation"):
            return
        late = self.monitor.late(self.t, self.cadence.pace)
        for row, member in enumerate(self.population.members):
            if member not in self.ended and self.active[row]:
                if self.t >= self.cadence.totals[member]:
                    yield self._stop(row, "complete")
                elif late[row]:
                    yield self._stop(row, "early")
        if self.running and int(self.active.sum()) <= self.population.p // 2:
            self.keep(self.active.nonzero().flatten())

    def drop(self, members: Collection[int]) -> list[Stopped]:
        """Stop members where they stand: the losers of a rung. They leave with the next keep."""
        rows = [row for row, member in enumerate(self.population.members) if member in members]
        return [self._stop(row, "dropped") for row in rows if self.active[row]]

    def keep(self, rows: Tensor) -> None:
        """Keep the members in these rows and drop the others from the matrix."""
        sums, summed = self.loss_sum[rows], self.summed
        self.population.keep(rows)
        self.monitor.keep(rows)
        self.feed.keep(rows)
        self.dials.keep(rows.tolist())
        self.rates.keep(rows.tolist())
        self.told = {name: dial.of(rows.tolist()) for name, dial in self.told.items()}
        if self.average is not None:
            self.average.keep(rows)
        self.plateau = PlateauState(*(part[rows.cpu()] for part in self.plateau))
        self.refresh()
        self.loss_sum, self.summed = sums, summed

    def finished(self) -> Finished:
        """Give the weights of all members in their first order."""
        ended = [self.ended[member] for member in range(len(self.cadence.totals))]
        return Finished(
            step=self.t,
            seconds=self.seconds,
            members=tuple(range(len(ended))),
            weights=_stacked([one.chosen for one in ended]),
            last=_stacked([one.last for one in ended]),
            chosen_step=tuple(one.chosen_step for one in ended),
        )

    def _diverged(self, row: int) -> Stopped:
        """Replay the step that was just refused, and name what was not finite."""
        step = self.t - 1
        replays = (
            first_non_finite(self.population, row, batch, self.objective)
            for batch in self._batches(step)
        )
        found = next(filter(None, replays), NOT_FOUND)
        return self._stop(row, "diverged", found, step)

    def _stop(self, row: int, why: Why, detail: str = "", step: int | None = None) -> Stopped:
        member = self.population.members[row]
        self.ended[member] = self._ended(row)
        self.active[row], self.some_stopped = False, True
        return Stopped(step=self.t if step is None else step, member=member, why=why, detail=detail)

    def _ended(self, row: int) -> Ended:
        last = self._named(row, self.population.theta, self.population.buffers)
        if not (self.monitor.restores and torch.isfinite(self.monitor.score[row])):
            with self._averaged():
                chosen = self._named(row, self.population.theta, self.population.buffers)
            return Ended(chosen=chosen, last=last, chosen_step=self.t)
        chosen = self._named(row, self.monitor.theta, self.monitor.buffers)
        return Ended(chosen=chosen, last=last, chosen_step=int(self.monitor.step[row]))

    def _averaged(self) -> AbstractContextManager[None]:
        """Let the members be their averages for a while, where averages are kept."""
        if self.average is None:
            return nullcontext()
        return self.average.worn(self.population, self.feed, self.objective)

    def _named(self, row: int, theta: Tensor, buffers: Mapping[str, Tensor]) -> dict[str, Tensor]:
        named = self.population.weights(theta, buffers)
        return {name: tensor[row].clone() for name, tensor in named.items()}

    def _reduce_on_plateau(self, score: Tensor) -> None:
        options = [schedule.plateau for schedule in self.dials.lr.schedules]
        if options[0] is None:
            return
        rows = zip(*(torch.split(part, 1) for part in (*self.plateau, score)), options, strict=True)
        after = [plateau_step(PlateauState(*row[:4]), row[4], row[5]) for row in rows]
        self.plateau = PlateauState(*(torch.cat(parts) for parts in zip(*after, strict=True)))
        self.dials.lr.rescale(self.plateau.factor.tolist())

    def _active_members(self) -> tuple[int, ...]:
        flags = self.active.tolist()
        return tuple(m for m, on in zip(self.population.members, flags, strict=True) if on)

    def _of_active(self, values: Tensor) -> list[float]:
        found: list[float] = values.cpu()[self.active.cpu()].tolist()
        return found


def _stacked(rows: list[dict[str, Tensor]]) -> dict[str, Any]:
    return {name: torch.stack([row[name] for row in rows]) for name in rows[0]}
