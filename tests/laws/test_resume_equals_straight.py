"""k steps, save, load, k steps equals 2k steps, bit for bit."""

from __future__ import annotations

from typing import Any

import pytest

from tests.laws.trainings import IMAGE, finish, ready, recipe_of, same_bits, task_of
from trainlab.data.augment import MIXES
from trainlab.engine.loop import train
from trainlab.engine.record import Finished, Snapshot
from trainlab.engine.resume import restore
from trainlab.nn.norms import NORMS
from trainlab.recipe import Recipe, expand
from trainlab.rules import EVERY_RULE
from trainlab.rules.around import AROUND
from trainlab.rules.averaging import AVERAGES
from trainlab.schedules import SCHEDULES


def interrupted_and_resumed(recipe: Recipe, shape: tuple[int, ...]) -> tuple[Finished, int]:
    """Stop at the second snapshot, and go on in a training that was assembled anew."""
    first = ready(expand(recipe), task_of(shape))
    snapshots = (event for event in train(first) if isinstance(event, Snapshot))
    next(snapshots)
    saved = next(snapshots)
    second = ready(expand(recipe), task_of(shape))
    restore(second, saved.tensors, saved.facts)
    return finish(second)[0], saved.step


def check(shape: tuple[int, ...] = (6,), **sections: Any) -> None:
    recipe = recipe_of(seeds=2, **sections)
    recipe = recipe.replace("train.checkpoint_every", "4steps")
    straight, _ = finish(ready(expand(recipe), task_of(shape)))
    resumed, step = interrupted_and_resumed(recipe, shape)
    assert step == 8
    assert same_bits(straight.weights, resumed.weights)
    assert same_bits(straight.last, resumed.last)
    assert straight.chosen_step == resumed.chosen_step


@pytest.mark.parametrize("rule", EVERY_RULE)
def test_every_rule(rule: str) -> None:
    check(optimizer={"rule": rule})


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_every_schedule(schedule: str) -> None:
    check(schedule={"name": schedule, "warmup": "3steps"})


@pytest.mark.parametrize("norm", NORMS)
def test_every_norm(norm: str) -> None:
    check(IMAGE, network={"name": "cnn", "channels": [4], "widths": [], "norm": norm})


ON = {"limit": 0.1, "strength": 0.01, "switch": True, "share": 0.5}


@pytest.mark.parametrize("name", AROUND)
def test_everything_around_the_rule(name: str) -> None:
    row = AROUND[name]
    decay = {"decay": name} if row.field == "weight_decay" else {}
    check(optimizer={row.field: ON[row.kind], **decay, **dict.fromkeys(row.counts, 3)})


@pytest.mark.parametrize("norm", ["none", "batch"])
def test_accumulated(norm: str) -> None:
    check(
        network={"name": "mlp", "widths": [8], "norm": norm},
        optimizer={"sam": 0.05, "lookahead": 0.5, "lookahead_every": 3, "weight_noise": 0.01},
        regularize={"dropout": 0.2, "input_noise": 0.1},
        train={"batch_size": 3, "accumulate": 3},
    )


def test_with_augmentation_dropout_and_noise() -> None:
    check(
        IMAGE,
        data={"augment": ["flip", "crop"]},
        network={"name": "cnn", "channels": [4]},
        regularize={"dropout": 0.2, "input_noise": 0.1},
    )


@pytest.mark.parametrize("mix", MIXES)
def test_every_mixing(mix: str) -> None:
    check(IMAGE, network={"name": "cnn", "channels": [4]}, regularize={"mix": mix})


@pytest.mark.parametrize("average", AVERAGES)
def test_every_average(average: str) -> None:
    network = {"name": "cnn", "channels": [4], "norm": "batch"}
    check(IMAGE, network=network, train={"average": average})


def test_after_members_left_the_matrix() -> None:
    recipe = recipe_of(seeds=4).replace("train.checkpoint_every", "4steps")
    members = expand(recipe)
    members = [m.replace("train.length", "7steps") if m.seed > 0 else m for m in members]
    task = task_of((6,))
    straight, _ = finish(ready(members, task))
    first = ready(members, task)
    saved = next(e for e in train(first) if isinstance(e, Snapshot) and e.step == 8)
    assert saved.facts["members"] == [0]
    second = ready(members, task)
    restore(second, saved.tensors, saved.facts)
    resumed, _ = finish(second)
    assert same_bits(straight.weights, resumed.weights)
