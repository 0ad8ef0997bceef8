from __future__ import annotations

import json
from typing import Any

import pytest
import torch

from tests.laws.trainings import ready, recipe_of, task_of
from trainlab.engine.resume import restore, snapshot
from trainlab.errors import RunError
from trainlab.recipe import expand

TASK = task_of((6,))


def test_a_snapshot_is_a_copy_that_json_and_tensors_can_hold() -> None:
    training = ready(expand(recipe_of(seeds=2)), TASK)
    training.advance()
    saved = snapshot(training)
    before = {name: tensor.clone() for name, tensor in saved.tensors.items()}
    training.advance()
    assert all(torch.equal(before[name], tensor) for name, tensor in saved.tensors.items())
    assert json.loads(json.dumps(saved.facts)) == saved.facts


def test_restoring_twice_gives_the_same() -> None:
    training = ready(expand(recipe_of(seeds=2)), TASK)
    for _ in range(4):
        training.advance()
    saved = snapshot(training)
    again = ready(expand(recipe_of(seeds=2)), TASK)
    restore(again, saved.tensors, saved.facts)
    twice = snapshot(again)
    assert twice.facts == saved.facts
    assert all(torch.equal(twice.tensors[name], tensor) for name, tensor in saved.tensors.items())


def test_another_length_is_refused() -> None:
    short = ready(expand(recipe_of(seeds=2)), TASK)
    short.advance()
    saved = snapshot(short)
    longer = recipe_of(seeds=2, train={"length": "6ep"})
    with pytest.raises(RunError, match="is 30 steps for member 0, and was 15"):
        restore(ready(expand(longer), TASK), saved.tensors, saved.facts)


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"network": {"name": "mlp", "widths": [3]}}, "'theta' is"),
        ({"optimizer": {"rule": "sgd"}}, "absent"),
        ({"seeds": 1}, "member 1 of the saved state is not in the recipe"),
    ],
    ids=["widths", "rule", "seeds"],
)
def test_a_recipe_that_was_changed_since_is_refused(changed: dict[str, Any], word: str) -> None:
    training = ready(expand(recipe_of(seeds=2, optimizer={"rule": "adam"})), TASK)
    training.advance()
    saved = snapshot(training)
    other = {"seeds": 2, "optimizer": {"rule": "adam"}, **changed}
    with pytest.raises(RunError, match=word):
        restore(ready(expand(recipe_of(**other)), TASK), saved.tensors, saved.facts)
