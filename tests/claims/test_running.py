from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from trainlab.claims.keeping import Kept, read
from trainlab.claims.running import Begun, Sitting, Spent, run
from trainlab.errors import RecipeError


def kinds(sitting: Sitting, *names: str) -> list[type]:
    return [type(event) for event in run(names, sitting)]


def test_what_is_done_is_not_done_again(tmp_path: Path) -> None:
    sitting = Sitting(runs=tmp_path)
    assert kinds(sitting, "C13") == [Begun, Kept]
    assert kinds(sitting, "C13") == [Kept]
    assert kinds(replace(sitting, again=True), "C13") == [Begun, Kept]


def test_a_budget_that_is_spent_leaves_the_rest(tmp_path: Path) -> None:
    events = list(run(["C13", "C04"], Sitting(runs=tmp_path, budget=0.0)))
    assert events == [Spent(("C13", "C04"))]
    assert read(tmp_path / "claims", "C13") is None


def test_a_comparison_goes_on_after_its_budget(tmp_path: Path) -> None:
    events = list(run(["C30"], Sitting(runs=tmp_path, budget=0.2)))
    assert events == [Begun("C30"), Spent(("C30",))]


def test_a_look_keeps_nothing(tmp_path: Path) -> None:
    events = list(run(["C04"], Sitting(runs=tmp_path, quick=True)))
    assert [type(event) for event in events] == [Begun, Kept]
    assert not list(tmp_path.iterdir())


def test_another_recipe_is_refused_before_anything_runs(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="its own recipe"):
        list(run(["C13"], Sitting(runs=tmp_path, recipe="wine-mlp")))
