"""Short trainings of a recipe, many at a time: rows that differ in learning rate and seed.

Each member trains at its own rate, which stays where it is. A ramp (one training whose rate grows
from step to step: Smith 2017) costs less and answers another question: the loss at a rate is then
that of weights which all lower rates have trained, and depends on how fast the ramp climbs. Here
the whole grid is one population, so the honest curve costs little.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import nn

from trainlab.check.learning_rate.curve import Floats
from trainlab.data import Task
from trainlab.engine.assemble import objective_of
from trainlab.engine.evaluate import evaluate
from trainlab.engine.experiment import Experiment, build_for
from trainlab.engine.loop import train
from trainlab.engine.networks import Model
from trainlab.engine.record import Evaluated, Event
from trainlab.engine.training import Training
from trainlab.layout import layout_of
from trainlab.nn.init import prior_bias
from trainlab.recipe import Program, Recipe, plan
from trainlab.schedules import Clock

__all__ = ["ShortRuns", "Watch", "short"]

Watch = Callable[[Event], None]
LEAST, MOST = 100, 300
"""Steps of a short training: two epochs within these bounds, at most the recipe's own length."""
AT_ONCE = 1 << 25
"""Weights of all members that train at once: about a gigabyte with Adam's averages."""
JUDGING = 4096
"""Training examples that judge where the recipe has no validation split."""
Arm = tuple[float, int]
"""A rate and a seed."""


def short(recipe: Recipe, steps: int) -> Recipe:
    """Give a recipe so many steps at a constant rate, with nothing that looks back or ends early.

    The rule, its numbers, clipping, decay, dropout, augmentation and batches stay the recipe's.
    """
    changed: dict[str, Any] = {
        "schedule": "constant",
        "schedules": {},
        "regularize.early_stopping": None,
        "train.average": None,
        "train.length": f"{steps}steps",
        "train.evaluate_every": f"{steps}steps",
        "train.checkpoint_every": f"{steps}steps",
    }
    for key, value in changed.items():
        recipe = recipe.replace(key, value)
    return recipe


class ShortRuns:
    """A recipe's short trainings; an arm comes to the same loss whoever trains beside it."""

    def __init__(
        self,
        recipe: Recipe,
        model: Model | None = None,
        data: Any = None,
        watch: Watch | None = None,
    ) -> None:
        self.recipe, self.watch = recipe, watch
        if isinstance(model, nn.Module) and recipe.seeds == 1:
            model = _from_its_weights(model)
        self.experiment = Experiment(recipe, model, data)

    def steps(self) -> int:
        """Give the length of a short training: two epochs, not too few, not beyond the recipe's."""
        task, _ = self.experiment.prepared
        n = int(task.train.shape[1])
        per_epoch = max(1, n // min(n, self.recipe.train.batch_size))
        own = self.recipe.train.length.steps(Clock(total=0, per_epoch=per_epoch))
        return max(1, min(own, max(LEAST, min(MOST, 2 * per_epoch))))

    def losses(self, arms: Sequence[Arm], steps: int, note: str) -> tuple[Floats, Floats]:
        """Train each arm; give its loss before and after, [A] each, infinite where it diverged.

        On the validation split, on the training split where there is none.
        """
        recipe = short(self.recipe, steps)
        members = [_member(recipe, *arm) for arm in arms]
        size = max(1, AT_ONCE // self._weights(recipe))
        parts = [members[at : at + size] for at in range(0, len(members), size)]
        found = [
            self._one(plan(part)[0], note + f", part {number} of {len(parts)}" * (len(parts) > 1))
            for number, part in enumerate(parts, start=1)
        ]
        before, after = zip(*found, strict=True)
        return np.concatenate(before), np.concatenate(after)

    def constant(self) -> float:
        """Give the loss of predicting the same for all: the classes' shares, or the mean."""
        task = _judging(self.experiment.prepared[0])
        fold = torch.tensor([self.recipe.data.split.fold or 0])
        seen, judged = (task.gather_labels(rows[fold], fold)[0] for rows in (task.train, task.val))
        output = prior_bias(seen, task.outputs if task.kind == "classification" else None)
        losses = objective_of(self.recipe, task)(output.expand(len(judged), -1), judged)
        return float(losses.mean())

    def _one(self, program: Program, note: str) -> tuple[Floats, Floats]:
        training = self.experiment.training(program=program)
        training.notes = (note,)
        training.task = _judging(training.task)
        before = _now(training)
        after = np.full(len(program.members), np.inf)
        for event in train(training):
            if isinstance(event, Evaluated):
                after[list(event.members)] = event.values["val/loss"]
            if self.watch is not None:
                self.watch(event)
        return before, np.where(np.isfinite(after), after, np.inf)

    def _weights(self, recipe: Recipe) -> int:
        """Count the weights of one member."""
        task, _ = self.experiment.prepared
        build = build_for(
            plan([recipe])[0], self.experiment.model, task.feature_shape, task.outputs
        )
        return max(1, layout_of(build(recipe.seed)).n)


def _judging(task: Task) -> Task:
    """Give a task that has a validation split: its own, or training examples."""
    return task if task.val.shape[1] else replace(task, val=task.train[:, :JUDGING])


def _from_its_weights(model: nn.Module) -> Model:
    """Let every seed start from a module's own weights, as its training alone does."""
    return lambda: deepcopy(model)


def _member(recipe: Recipe, rate: float, seed: int) -> Recipe:
    optimizer = recipe.optimizer.model_copy(update={"lr": rate})
    return recipe.model_copy(update={"optimizer": optimizer, "seed": seed, "seeds": 1})


def _now(training: Training) -> Floats:
    """Give every member's loss as it stands."""
    with training.placement.threads_set(), torch.random.fork_rng():
        scores = evaluate(
            training.forward, training.task, "val", training.objective, training.feed.folds
        )
    return np.asarray(scores["loss"].cpu().numpy(), dtype=float)
