"""What a step of each arm costs, and how long each may train for the same time.

The one place of a comparison where a stopwatch decides: arms are timed in turn, several times over,
so that a machine whose speed drifts is slow for all of them alike.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from statistics import median

from trainlab.comparison.arms import Arm
from trainlab.comparison.outcome import Outcome, Trial
from trainlab.comparison.running import Bench
from trainlab.engine.training import Training
from trainlab.recipe import Recipe, plan
from trainlab.schedules import Clock

__all__ = ["equal_time", "step_costs"]

ROUNDS, WARM, STEPS = 5, 5, 20


def step_costs(arms: Sequence[Arm], bench: Bench) -> list[float]:
    """Give the seconds that an update of one member takes: the median of five rounds.

    They are kept as outcomes are, so that a comparison that goes on has the same lengths.
    """
    keys = [f"pace {Trial(arm.recipe).key}" for arm in arms]
    if not all(key in bench.known for key in keys):
        for key, cost in zip(keys, _measured(arms, bench), strict=True):
            bench.learn(key, Outcome(scores={}, why="timed", seconds=cost))
    return [bench.known[key].seconds for key in keys]


def _measured(arms: Sequence[Arm], bench: Bench) -> list[float]:
    trainings = [_alone(arm.recipe, bench) for arm in arms]
    for training in trainings:
        _timed(training, WARM)
    rounds = [[_timed(training, STEPS) for training in trainings] for _ in range(ROUNDS)]
    for training in trainings:
        training.feed.close()
    return [median(found) for found in zip(*rounds, strict=True)]


def equal_time(arms: Sequence[Arm], costs: Sequence[float], bench: Bench) -> list[Arm]:
    """Give the arms with lengths such that each takes the time that the first one takes."""
    per_epoch = _alone(arms[0].recipe, bench).feed.per_epoch
    clock = Clock(total=0, per_epoch=per_epoch)
    budget = arms[0].recipe.train.length.steps(clock) * costs[0]
    lengths = [max(1, round(budget / cost)) for cost in costs]
    return [
        Arm(arm.name, arm.recipe.replace("train.length", f"{steps}steps"))
        for arm, steps in zip(arms, lengths, strict=True)
    ]


def _alone(recipe: Recipe, bench: Bench) -> Training:
    (program,) = plan([recipe.model_copy(update={"seeds": 1})])
    return bench.experiment(recipe).training(program=program)


def _timed(training: Training, steps: int) -> float:
    with training.placement.threads_set():
        began = time.perf_counter()
        for _ in range(steps):
            training.advance()
        return (time.perf_counter() - began) / steps
