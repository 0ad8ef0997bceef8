"""Members that differ in the strength of an augmentation are one program, and each as if alone."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from tests.laws.trainings import IMAGE, SEQUENCE, finish, ready, recipe_of, same_bits, task_of
from trainlab.data.augment import AUGMENT
from trainlab.recipe import Recipe, plan
from trainlab.recipe.members import leaves

SHAPES = {"image": IMAGE, "sequence": SEQUENCE, "vector": (6,)}
CASES = [(name, layout) for name, row in AUGMENT.items() for layout in row.layouts]


def members_of(name: str, **sections: Any) -> list[Recipe]:
    """Two strengths, what the row suggests and another in every number, and two seeds."""
    base = recipe_of(data={"augment": [name]}, **sections)
    other = base
    for leaf in leaves(base.data.augment[0]):
        if leaf.per_member:
            value = max(1.0, leaf.value / 2) if leaf.key == "aspect" else leaf.value / 2 or 0.5
            other = other.replace(f"data.augment.0.{leaf.key}", value)
    return [base.replace("seed", 1), other.replace("seed", 1), other.replace("seed", 2)]


@pytest.mark.parametrize(("name", "layout"), CASES)
def test_each_member_sees_what_it_would_see_alone(name: str, layout: str) -> None:
    members, task = members_of(name), task_of(SHAPES[layout])
    assert len(plan(members)) == 1
    together = ready(members, task).feed
    for row, member in enumerate(members):
        alone = ready([member], task).feed
        for step in (0, 7):
            assert torch.equal(together.at(step)[0][row], alone.at(step)[0][0])
    kept = ready(members, task).feed
    kept.keep(torch.tensor([2, 1]))
    assert torch.equal(kept.at(3)[0], together.at(3)[0][[2, 1]])


def test_members_of_one_seed_are_paired() -> None:
    """What the weaker flips the stronger flips, and the same noise is only scaled."""
    base = recipe_of(data={"augment": [{"name": "flip", "probability": 0.0}]})
    shares = [base.replace("data.augment.0.probability", share) for share in (0.0, 0.3, 0.8)]
    x = ready(shares, task_of(IMAGE)).feed.at(2)[0]
    weak, strong = ((x[row] != x[0]).flatten(1).any(1) for row in (1, 2))
    assert bool((strong | ~weak).all()) and 0 < int(weak.sum()) < int(strong.sum())
    base = recipe_of(data={"augment": [{"name": "feature_noise", "std": 0.0}]})
    spreads = [base.replace("data.augment.0.std", std) for std in (0.0, 0.25, 0.5)]
    x = ready(spreads, task_of((6,))).feed.at(2)[0]
    torch.testing.assert_close(2 * (x[1] - x[0]), x[2] - x[0])


def test_a_trained_member_has_the_bits_of_its_own_training() -> None:
    members = members_of("affine", train={"batching": "rows"})
    together, _ = finish(ready(members, task_of(IMAGE)))
    for row, member in enumerate(members):
        alone, _ = finish(ready([member], task_of(IMAGE)))
        mine = {name: tensor[row : row + 1] for name, tensor in together.weights.items()}
        assert same_bits(mine, alone.weights)
