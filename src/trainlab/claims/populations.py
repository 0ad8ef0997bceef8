"""What probes of claims look at: networks as they begin, and populations while they train.

A probe is given an `Ask` and returns a `Found`. It never writes a training loop: it says a recipe,
whose seeds are the pairs, and what to look at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from torch import Tensor, nn

from trainlab.claims.claim import Curve
from trainlab.engine.experiment import Experiment
from trainlab.engine.loop import train
from trainlab.engine.record import Evaluated, Started
from trainlab.engine.training import Training
from trainlab.lens.signal import Signal, signals
from trainlab.losses import LOSSES
from trainlab.recipe import Recipe

__all__ = ["Look", "examples", "follow", "networks", "signal_of", "trained"]

Look = Callable[[Training], Tensor]
"""Reads one number of every row, [P]."""


def networks(recipe: Recipe) -> list[nn.Module]:
    """Build the network of each seed as it begins."""
    experiment = Experiment(recipe)
    return [experiment.network(row) for row in range(recipe.seeds)]


def examples(recipe: Recipe, count: int) -> tuple[Tensor, Tensor]:
    """Give the first training examples, preprocessed: x [B, ...], y [B, ...]."""
    task, _ = Experiment(recipe).prepared
    x, y = task.part("train")
    return x[0, :count], y[0, :count]


def signal_of(recipe: Recipe, count: int = 256) -> list[Signal]:
    """Measure activations and gradients of each seed's network at the start, layer by layer."""
    experiment = Experiment(recipe)
    task, _ = experiment.prepared
    x, y = task.part("train")
    built = [experiment.network(row) for row in range(recipe.seeds)]
    return signals(built, x[0, :count], y[0, :count], LOSSES[task.loss].mean)


def follow(recipe: Recipe, looks: Mapping[str, Look]) -> dict[str, Curve]:
    """Train all seeds, and look at them before the first step and at each evaluation.

    A row that has left, since its run diverged, is nan from there.
    """
    training = Experiment(recipe).training()
    p, steps = training.population.p, list[int]()
    seen: dict[str, list[np.ndarray[tuple[int], np.dtype[np.float64]]]] = {n: [] for n in looks}
    for event in train(training):
        if isinstance(event, Started | Evaluated):
            steps.append(training.t)
            for name, look in looks.items():
                values = np.full(p, np.nan)
                members = list(training.population.members)
                values[members] = look(training).detach().double().cpu().numpy()
                seen[name].append(values)
    x = np.asarray(steps, float)
    return {name: Curve(x, np.stack(rows, axis=1)) for name, rows in seen.items()}


def trained(recipe: Recipe) -> Training:
    """Train all seeds to the end; rows are in the order of the seeds where none diverged."""
    training = Experiment(recipe).training()
    for event in train(training):
        if isinstance(event, Evaluated) and training.t >= training.cadence.steps:
            break
    return training
