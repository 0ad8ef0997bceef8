from __future__ import annotations

import math

import numpy as np
import pytest

from tests.claims.made import claim_of, found_of
from trainlab.claims.claim import Ask, Curve, Dots, Expect, Found
from trainlab.comparison.compare import Progress
from trainlab.comparison.running import Bench
from trainlab.errors import Interrupted, RecipeError
from trainlab.recipe import Recipe
from trainlab.store import jsontext


def test_pairs_are_the_seeds_of_the_recipe() -> None:
    ask = claim_of(pairs=5).ask()
    assert ask.pairs == 5
    assert ask.changed("network.init=zeros").pairs == 5


def test_a_look_is_short() -> None:
    ask = claim_of(pairs=5).ask(quick=True)
    assert ask.pairs == 2
    assert str(ask.changed().recipe.train.length) == "6steps"
    assert str(claim_of().ask().changed().recipe.train.length) != "6steps"


def test_the_progress_of_parts_is_a_share_of_the_whole() -> None:
    told: list[Progress] = []
    ask = Ask(recipe=Recipe(), watch=told.append)
    for part, _ in ask.over("ab"):
        for _ in part.over([1, 2]):
            pass
        part.tell("training", 300, 300)
    assert [each.done for each in told] == [0, 0, 0.5, 1, 1, 1, 1.5, 2]
    assert {each.whole for each in told} == {2}
    assert told[-1].stage == "training"


def test_it_stops_between_two_parts() -> None:
    seen: list[str] = []
    ask = Ask(recipe=Recipe(), bench=Bench(stop=lambda: "b" in seen))
    with pytest.raises(Interrupted):
        seen.extend(part for _, part in ask.over("abc"))
    assert seen == ["a", "b"]


def test_another_recipe_needs_the_claims_leave() -> None:
    own = Recipe.of({"optimizer": {"lr": 0.5}})
    assert claim_of(any_recipe=True).ask(own).recipe.optimizer.lr == 0.5
    with pytest.raises(RecipeError, match="its own recipe"):
        claim_of().ask(own)


@pytest.mark.parametrize("limits", [{}, {"above": 2.0, "below": 1.0}])
def test_what_cannot_fail_is_not_expected(limits: dict[str, float]) -> None:
    with pytest.raises(RecipeError, match="could fail"):
        Expect("anything goes", of="a", **limits)


def test_an_expectation_is_of_one_quantity_a_quotient_or_a_difference() -> None:
    alone, factor = Expect("", "a", above=0), Expect("", "a", factor=True, above=0)
    over, less = Expect("", "a", over="b", above=0), Expect("", "a", less="b", above=0)
    assert [each.to for each in (alone, factor, over, less)] == [None, None, "b", "b"]
    assert [each.ratio for each in (alone, factor, over, less)] == [False, True, True, False]
    with pytest.raises(RecipeError, match="not both"):
        Expect("", "a", over="b", less="b", above=0)


def test_it_says_what_it_expects_or_draws_and_was_not_given() -> None:
    found = found_of(a=[1.0])
    assert claim_of().lacks(found) == ["b", "curves"]
    assert claim_of(figure=Dots(x="y", arms=("a", "c"))).lacks(found) == ["b", "c"]


def test_what_was_found_survives_json() -> None:
    curve = Curve(np.array([1.0, 2.0]), np.array([[1.0, math.nan]]))
    found = Found(values={"a": np.array([math.inf])}, curves={"a": curve}, notes=("note",))
    back = Found.of(jsontext.loads(jsontext.dumps(found.to_json())))
    assert back.values["a"].tolist() == [math.inf]
    assert np.array_equal(back.curves["a"].y, curve.y, equal_nan=True)
    assert back.notes == ("note",)
