"""Small trainings for the laws: a few members, a few steps, every part of the engine in play."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import torch
from torch import Tensor

from trainlab import seeds
from trainlab.data import Raw, Task, prepare
from trainlab.engine.assemble import assemble
from trainlab.engine.build import builder, largest_rates
from trainlab.engine.loop import train
from trainlab.engine.record import Event, Finished
from trainlab.engine.training import Training
from trainlab.recipe import Recipe, expand, plan

IMAGE = (1, 8, 8)
SEQUENCE = (6, 3)


@cache
def task_of(shape: tuple[int, ...], kind: str = "classification") -> Task:
    """Give 60 examples whose label a small network can learn in part."""
    x = seeds.normal(seeds.keys([1], "order")[0], (60, *shape))
    score = x.flatten(1)[:, :4].sum(dim=1)
    layout = {1: "vector", 2: "sequence", 3: "image"}[len(shape)]
    if kind == "regression":
        raw = Raw(
            name="toy",
            kind="regression",
            layout=layout,
            x=x,
            y=score.double()[:, None],
            targets=("score",),
        )
    else:
        y = (score > 0).long() + (score > 2).long()
        raw = Raw(
            name="toy",
            kind="classification",
            layout=layout,
            x=x,
            y=y,
            classes=("low", "middle", "high"),
        )
    return prepare(raw, None, ["standardize"] if layout == "vector" else [])[0]


def recipe_of(**sections: Any) -> Recipe:
    """Give a short training: 3 epochs of 5 steps, everything else by default."""
    base: dict[str, Any] = {
        "network": {"name": "mlp", "widths": [8, 6]},
        "train": {"length": "3ep", "batch_size": 8, "threads": 1},
    }
    merged = {
        name: {**base.get(name, {}), **value} if isinstance(value, Mapping) else value
        for name, value in sections.items()
    }
    if "network" in sections:
        merged["network"] = sections["network"]
    return Recipe(**{**base, **merged})


def ready(members: Sequence[Recipe], task: Task) -> Training:
    """Assemble recipes that make one program."""
    (program,) = plan(members)
    rates = largest_rates(members)
    build = builder(program.recipe.network, task.feature_shape, task.outputs, rates)
    return assemble(program, task, build, recordings={})


def finish(training: Training) -> tuple[Finished, list[Event]]:
    """Run to the end; give the last event and all of them."""
    events = list(train(training))
    last = events[-1]
    assert isinstance(last, Finished)
    return last, events


def trained(recipe: Recipe, task: Task) -> Finished:
    """Train a recipe's members."""
    return finish(ready(expand(recipe), task))[0]


def widest_gap(a: Mapping[str, Tensor], b: Mapping[str, Tensor]) -> float:
    """Give the largest difference between weights of the same names."""
    assert a.keys() == b.keys()
    return max(float((a[name].double() - b[name].double()).abs().max()) for name in a)


def same_bits(a: Mapping[str, Tensor], b: Mapping[str, Tensor]) -> bool:
    """Tell whether all weights are equal to the last bit."""
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)
