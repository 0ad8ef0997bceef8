"""The last word: every member's chosen weights on the test split, once."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from trainlab.data import Raw, Task
from trainlab.data.task import take
from trainlab.engine.evaluate import evaluate, outputs_on
from trainlab.engine.forward import forward_by
from trainlab.engine.record import Evaluated
from trainlab.engine.score import chosen
from trainlab.engine.training import Training
from trainlab.store import Predictions

__all__ = ["LARGEST_INPUTS", "score_test"]

LARGEST_INPUTS = 20 * 2**20
"""Bytes of raw inputs that are kept beside the predictions."""


def score_test(training: Training, raw: Raw) -> tuple[Evaluated, Predictions]:
    """Score the chosen weights of a finished training, and give what they predicted."""
    task, folds = training.task, training.all_folds
    population = chosen(training)
    forward = forward_by(training.placement.batching, population, training.objective)
    with training.placement.threads_set():
        scores = evaluate(forward, task, "test", training.objective, folds)
        outputs, targets = outputs_on(forward, task, "test", folds)
    if task.target_scale is not None:
        outputs, targets = (task.target_scale.restore(y, folds.cpu()) for y in (outputs, targets))
    event = Evaluated(
        step=training.t,
        epoch=training.epoch,
        split="test",
        members=population.members,
        values={f"test/{name}": value.tolist() for name, value in scores.items()},
    )
    return event, _predictions(task, raw, (outputs, targets, task.test[folds].cpu()))


def _predictions(task: Task, raw: Raw, found: tuple[Tensor, Tensor, Tensor]) -> Predictions:
    """Keep once what all members share: with one fold, the examples and their targets."""
    outputs, targets, rows = found
    regression, shared = task.kind == "regression", task.folds == 1 or _same(rows)
    return Predictions(
        outputs=outputs,
        targets=targets[0] if shared else targets,
        indices=rows[0] if shared else rows,
        inputs=_inputs(raw, task, rows[0]) if shared else None,
        kind="values" if regression else "logits",
        layout=raw.layout,
        classes=raw.targets if regression else raw.classes,
        features=raw.features,
    )


def _same(rows: Tensor) -> bool:
    return torch.equal(rows, rows[:1].expand_as(rows))


def _inputs(raw: Raw, task: Task, rows: Tensor) -> Tensor | None:
    """Give the raw examples, unless they are many or rows were dropped before the split."""
    size = 8 * len(rows) * math.prod(raw.x.shape[1:])
    if size > LARGEST_INPUTS or raw.n != task.y.shape[1]:
        return None
    return take(raw.x, rows)
