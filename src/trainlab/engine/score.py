"""The chosen weights of all members of a finished training, and how good they are."""

from __future__ import annotations

from torch import Tensor

from trainlab.data.task import Part
from trainlab.engine.evaluate import evaluate
from trainlab.engine.forward import forward_by
from trainlab.engine.population import Population
from trainlab.engine.training import Training

__all__ = ["chosen", "score"]


def chosen(training: Training) -> Population:
    """Give the chosen weights of all members, those that left the matrix too."""
    weights, population = training.finished().weights, training.population
    members = tuple(range(len(training.cadence.totals)))
    knobs = {
        name: buffer[:1].expand(len(members), *buffer.shape[1:]).clone()
        for name, buffer in population.buffers.items()
    }
    return Population(
        module=population.module,
        layout=population.layout,
        members=members,
        theta=population.layout.pack(weights),
        buffers={name: weights.get(name, knob) for name, knob in knobs.items()},
        slots={},
    )


def score(training: Training, part: Part) -> dict[str, Tensor]:
    """Score the chosen weights of a finished training on a split: each metric by name, [P]."""
    forward = forward_by(training.placement.batching, chosen(training), training.objective)
    with training.placement.threads_set():
        return evaluate(forward, training.task, part, training.objective, training.all_folds)
