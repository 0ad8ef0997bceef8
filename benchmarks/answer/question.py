"""The question that all sides answer, and what counts as an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from torch import Tensor

from trainlab.comparison.ranges import parse_range
from trainlab.comparison.statistics.judgement import Judgement, judge
from trainlab.comparison.statistics.verdict import POINTS
from trainlab.engine.experiment import Experiment
from trainlab.recipe import Recipe
from trainlab.recipe.source import load

__all__ = ["RULES", "SEEDS", "TRIALS", "Answer", "Examples", "base", "examples", "rates"]

RULES = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "nadam", "radam")
TRIALS, SEEDS = 8, 8


@dataclass(frozen=True)
class Examples:
    """Digits, split and standardised: x [n, 64] and y [n] of each part."""

    train: tuple[Tensor, Tensor]
    val: tuple[Tensor, Tensor]
    test: tuple[Tensor, Tensor]


@dataclass(frozen=True)
class Answer:
    """Each rule's best rate, and the test accuracy of its fresh seeds."""

    rates: Mapping[str, float]
    scores: Mapping[str, Sequence[float]]

    @property
    def judgement(self) -> Judgement:
        """Give what the paired statistics say of the scores that every rule has."""
        pairs = min(map(len, self.scores.values()))
        rows = np.array([list(self.scores[rule])[:pairs] for rule in RULES])
        return judge(rows, RULES, scale=POINTS)


def base(epochs: int) -> Recipe:
    """Give digits-mlp without weight decay, which torch's rules do not all couple alike."""
    overrides = ["optimizer.weight_decay=0", f"train.length={epochs}ep"]
    return load("digits-mlp", overrides)


def rates(rule: str) -> list[float]:
    """Give the rates that every side tries for a rule."""
    given = base(1).given()
    given["optimizer"] = {"rule": rule}
    return parse_range("optimizer.lr")(Recipe.of(given)).points(TRIALS)


@cache
def examples() -> Examples:
    """Give the data as the recipe prepares them."""
    task, _ = Experiment(base(1)).prepared
    x, y = task.x[0].flatten(1), task.y[0]
    parts = (x[rows] for rows in (task.train[0], task.val[0], task.test[0]))
    labels = (y[rows] for rows in (task.train[0], task.val[0], task.test[0]))
    return Examples(*zip(parts, labels, strict=True))
