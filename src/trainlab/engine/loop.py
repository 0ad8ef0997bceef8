"""The only training loop in the package.

A generator: it yields what happens and does nothing else with it. Whoever drives it writes, shows,
ignores, or stops it by closing it; a training is only ever left between two steps.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import torch

from trainlab.engine.record import Event
from trainlab.engine.resume import snapshot
from trainlab.engine.training import Training

__all__ = ["train"]


def train(training: Training) -> Iterator[Event]:
    """Train all members to the end of their recipes, from wherever the training stands.

    A member that diverged, waited too long or reached its length is frozen; when half are, they
    leave the matrix.
    """
    with training.placement.threads_set(), torch.random.fork_rng(), closing(training.feed):
        yield training.started()
        while training.running:
            stepped = training.advance()
            yield from training.stop_diverged(stepped)
            if training.due("reading"):
                yield training.reading(stepped)
            if training.due("evaluation"):
                yield from training.evaluated()
            yield from training.stop_finished()
            training.stopped = training.stop()
            if training.due("snapshot") or training.stopped or training.save():
                yield snapshot(training)
            if training.stopped:
                return
        yield training.finished()
