"""The section `schedules`: what can be said in it, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from trainlab.errors import RecipeError
from trainlab.recipe import Recipe, expand, leaves, plan, read
from trainlab.recipe import text as texts
from trainlab.recipe.schedules import SCHEDULED
from trainlab.schedules import SCHEDULES

ALL_ON: dict[str, Any] = {
    "optimizer": {"rule": "momentum", "weight_decay": 0.01, "clip_norm": 1.0, "l1": 0.1},
    "regularize": {"dropout": 0.2, "input_noise": 0.1, "label_smoothing": 0.1},
}
SAID = ("momentum", "weight_decay", "clip_norm", "l1", "dropout", "input_noise", "batch_size")


@pytest.mark.parametrize("name", SAID)
@pytest.mark.parametrize("row", [row for row in SCHEDULES if row != "plateau"])
def test_every_number_takes_every_schedule_of_the_step(name: str, row: str) -> None:
    recipe = Recipe(**ALL_ON, schedules={name: row})
    assert list(recipe.schedules.chosen()) == [name]
    assert recipe.schedules.chosen()[name].name == row
    assert texts.read(texts.write(recipe), "recipe") == recipe


def test_a_scheduled_number_is_one_that_a_member_may_have_for_itself() -> None:
    """But for the batch size, whose members share a shape."""
    known = {leaf.key: leaf.per_member for leaf in leaves(Recipe())}
    assert {key for key in SCHEDULED.values() if not known[key]} == {"train.batch_size"}


def test_nothing_is_scheduled_by_default() -> None:
    assert Recipe().schedules.chosen() == {}
    assert "\nschedules: {}\n" in texts.write(Recipe())


@pytest.mark.parametrize(
    ("schedules", "told"),
    [
        ({"momentum": "cosine"}, "momentum is a factor of optimizer.momentum, which is null"),
        ({"dropout": "cosine"}, "dropout is a factor of regularize.dropout, which is 0"),
        ({"agc": "cosine"}, "agc is a factor of optimizer.agc, which is null"),
        ({"lr": "cosine"}, "schedules.lr is not said here"),
        ({"weight_decay": "plateau"}, "there is no schedule 'plateau'"),
        ({"batch_size": {"name": "join", "parts": [{"name": "join"}]}}, "no schedule 'join'"),
        ({"centralize": "cosine"}, "schedules has no key 'centralize'"),
        ({"history": "cosine"}, "schedules has no key 'history'"),
    ],
)
def test_what_does_not_move_anything_is_refused(schedules: dict[str, Any], told: str) -> None:
    with pytest.raises(RecipeError if "no schedule" not in told else ValueError, match=told):
        Recipe(schedules=schedules)


def test_a_fault_says_which_override_it_was() -> None:
    with pytest.raises(RecipeError, match=r"the override 'schedules\.dropout=cosine'"):
        Recipe().with_overrides(["schedules.dropout=cosine"])


def test_members_differ_in_numbers_but_share_shapes_and_the_batch_size() -> None:
    recipe = Recipe(
        **ALL_ON, schedules={"dropout": "cosine", "batch_size": {"name": "step", "gamma": 2.0}}
    )
    other = recipe.replace("schedules.dropout.floor", 0.5)
    assert len(plan([recipe, other])) == 1
    assert len(plan([recipe, recipe.replace("schedules.dropout.name", "linear")])) == 2
    assert len(plan([recipe, recipe.replace("schedules.batch_size.gamma", 3.0)])) == 2
    assert len(plan([recipe, recipe.replace("schedules.dropout", None)])) == 2
    assert len(plan(expand(recipe.replace("seeds", 3)))) == 1


def test_members_of_a_join_differ_in_the_numbers_of_its_parts() -> None:
    join = {"name": "join", "parts": [{"name": "cosine", "until": "50%"}, {"name": "linear"}]}
    recipe = Recipe(schedule=join)
    for key, value in [("floor", 0.3), ("until", "60%"), ("scale", 2.0), ("warmup", "3ep")]:
        other = recipe.replace(f"schedule.parts.0.{key}", value)
        assert len(plan([recipe, other])) == 1
    assert len(plan([recipe, recipe.replace("schedule.parts.1.name", "step")])) == 2
    assert read(recipe, "schedule.parts.1.scale") == 1.0
