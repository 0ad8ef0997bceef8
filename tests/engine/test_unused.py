from __future__ import annotations

from typing import Any

import pytest

from tests.laws.trainings import ready, recipe_of, task_of
from trainlab.data import SOURCES, SplitOptions, prepare
from trainlab.errors import RecipeError

REGRESSION: dict[str, Any] = {"loss": "mse"}


@pytest.mark.parametrize("loss", ["mse", "l1", "huber"])
def test_labels_that_are_no_classes_cannot_be_smoothed(loss: str) -> None:
    task = task_of((6,), kind="regression")
    recipe = recipe_of(regularize={"label_smoothing": 0.1}, train={"loss": loss})
    with pytest.raises(
        RecipeError, match=r"(?s)takes no label smoothing.*train.loss=cross_entropy"
    ):
        ready([recipe], task)
    ready([recipe_of(train={"loss": loss})], task)


def test_one_member_that_smooths_is_enough() -> None:
    members = [recipe_of(train=REGRESSION), recipe_of(train=REGRESSION)]
    members[1] = members[1].replace("regularize.label_smoothing", 0.1)
    with pytest.raises(RecipeError, match="label smoothing"):
        ready(members, task_of((6,), kind="regression"))


@pytest.mark.parametrize(
    ("sections", "where"),
    [
        ({"regularize": {"early_stopping": 3}}, "regularize.early_stopping"),
        ({"schedule": {"name": "plateau"}}, "schedule"),
    ],
)
def test_an_empty_split_cannot_be_watched(sections: dict[str, Any], where: str) -> None:
    with pytest.raises(RecipeError, match=f"(?s)which is empty.*{where}"):
        ready([recipe_of(**sections)], prepare(SOURCES["iris"].load(), SplitOptions(val=0.0))[0])
    ready([recipe_of(**sections)], task_of((6,)))
