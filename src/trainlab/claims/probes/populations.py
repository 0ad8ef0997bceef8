"""What probes of claims look at: networks as they begin, and populations while they train.

A probe is given an `Ask` and returns a `Found`. It never writes a training loop: it says a recipe,
whose seeds are the pairs, and what to look at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from trainlab.claims.claim import Arms, Ask, Curve
from trainlab.comparison.statistics.interval import Array, Flags
from trainlab.data.task import Part
from trainlab.engine.evaluate import evaluate
from trainlab.engine.experiment import Experiment
from trainlab.engine.loop import train
from trainlab.engine.record import Evaluated, Event, Started
from trainlab.engine.training import Training
from trainlab.lens.signal import Signal, signals
from trainlab.losses import LOSSES

__all__ = [
    "Look",
    "begun",
    "each_followed",
    "follow",
    "gradient",
    "reached",
    "scored",
    "signal_of",
    "trained",
    "weight",
]

Look = Callable[[Training], Tensor]
"""Reads one number of every row, [P]."""


def begun(ask: Ask) -> Training:
    """Give all seeds' networks before their first step, as the rows of a population."""
    return Experiment(ask.recipe).training()


def signal_of(ask: Ask, count: int = 256) -> list[Signal]:
    """Measure activations and gradients of each seed's network at the start, layer by layer."""
    experiment = Experiment(ask.recipe)
    task, _ = experiment.prepared
    x, y = task.part("train")
    built = [experiment.network(row) for row in range(ask.pairs)]
    return signals(built, x[0, :count], y[0, :count], LOSSES[task.loss].mean)


def follow(ask: Ask, looks: Mapping[str, Look]) -> dict[str, Curve]:
    """Train all seeds, and look at them before the first step and at each evaluation.

    A row that has left, since its run diverged, is nan from there. Raises Interrupted.
    """
    training = begun(ask)
    p, steps = training.population.p, list[int]()
    seen: dict[str, list[np.ndarray[tuple[int], np.dtype[np.float64]]]] = {n: [] for n in looks}
    for event in _driven(ask, training):
        if isinstance(event, Started | Evaluated):
            steps.append(training.t)
            for name, look in looks.items():
                values = np.full(p, np.nan)
                members = list(training.population.members)
                values[members] = look(training).detach().double().cpu().numpy()
                seen[name].append(values)
    if steps[-1] < training.cadence.steps:  # nobody was left
        steps.append(training.cadence.steps)
        for column in seen.values():
            column.append(np.full(p, np.nan))
    x = np.asarray(steps, float)
    return {name: Curve(x, np.stack(rows, axis=1)) for name, rows in seen.items()}


def trained(ask: Ask) -> Training:
    """Train all seeds to the end; rows are in the order of the seeds where none diverged.

    Raises Interrupted.
    """
    training = begun(ask)
    for event in _driven(ask, training):
        if isinstance(event, Evaluated) and training.t >= training.cadence.steps:
            break
    return training


def _driven(ask: Ask, training: Training) -> Iterator[Event]:
    """Train, tell how far it is, and stop between two steps where that is asked."""
    training.stop = ask.bench.stop
    for event in train(training):
        yield event
        ask.tell("training", training.t, training.cadence.steps)


def each_followed(ask: Ask, arms: Arms, look: Callable[[], Look]) -> dict[str, Curve]:
    """Train every arm, with a look of its own: looks may remember what they saw."""
    return {
        arm: follow(one.changed(*said), {arm: look()})[arm]
        for one, (arm, said) in ask.over(arms.items())
    }


def gradient(training: Training, x: Tensor, y: Tensor) -> Tensor:
    """Give the gradient of every row, [P, N], on batches x [P, B, ...], or on one [1, B, ...]."""
    x, y = (part.expand(training.population.p, *part.shape[1:]) for part in (x, y))
    return training.forward.gradient(x, y, 0.0)[1]


def reached(loss: Array, level: float) -> tuple[NDArray[np.intp], Flags]:
    """Give where each row [P, K] first is at a level or below, else its last place; and if so."""
    there = loss <= level
    found = np.asarray(there.any(axis=1))
    return np.where(found, there.argmax(axis=1), loss.shape[1] - 1), found


def weight(training: Training, name: str) -> Tensor:
    """Give a parameter of every row, [P, ...]: `linear1.weight`."""
    return training.population.layout.unpack(training.population.theta)[name]


def scored(part: Part, metric: str = "loss") -> Look:
    """Give what looks at a metric of the weights as they stand on a split: loss, accuracy, ..."""

    def look(training: Training) -> Tensor:
        objective, folds = training.objective, training.feed.folds
        return evaluate(training.forward, training.task, part, objective, folds)[metric]

    return look
