from __future__ import annotations

from typing import Any

import pytest

from trainlab.errors import RecipeError, UnknownName
from trainlab.recipe import Recipe
from trainlab.rules import DIRECTIONS, EVERY_RULE, PRECONDITIONERS, pair


def hypers(**optimizer: Any) -> dict[str, float]:
    return Recipe(optimizer=optimizer).optimizer.hypers


@pytest.mark.parametrize("rule", EVERY_RULE)
def test_a_rule_brings_its_own_numbers(rule: str) -> None:
    assert hypers(rule=rule) == dict(EVERY_RULE[rule].hyper)


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("preconditioner", PRECONDITIONERS)
def test_any_two_factors_are_a_rule(direction: str, preconditioner: str) -> None:
    rule = {"direction": direction, "preconditioner": preconditioner}
    assert hypers(rule=rule) == dict(pair(direction, preconditioner).hyper)


@pytest.mark.parametrize("rule", EVERY_RULE)
def test_every_number_of_a_rule_may_be_said(rule: str) -> None:
    said = dict.fromkeys(EVERY_RULE[rule].hyper, 0.25)
    assert hypers(rule=rule, **said) == said


@pytest.mark.parametrize("spelling", ["adam", "Adam", "A-D_A M"])
def test_a_rule_is_found_in_any_spelling(spelling: str) -> None:
    assert Recipe(optimizer={"rule": spelling}).optimizer.rule == "adam"


def test_betas_are_beta1_and_beta2() -> None:
    said = hypers(rule="adam", betas=[0.8, 0.99])
    assert (said["beta1"], said["beta2"]) == (0.8, 0.99)


@pytest.mark.parametrize(
    "wrong", [{"betas": [0.9]}, {"betas": 0.9}, {"betas": [0.9, 0.99], "beta1": 0.8}]
)
def test_betas_are_a_pair_said_once(wrong: dict[str, Any]) -> None:
    with pytest.raises(RecipeError, match=r"optimizer\.betas should be"):
        Recipe(optimizer=wrong)


def test_a_number_that_the_rule_does_not_read_is_refused() -> None:
    with pytest.raises(
        RecipeError, match=r"optimizer\.beta1 is not read by the rule momentum"
    ) as e:
        Recipe(optimizer={"rule": "momentum", "beta1": 0.9})
    assert e.value.allowed == ("lr", "momentum")


def test_a_number_that_the_factors_do_not_read_is_refused() -> None:
    with pytest.raises(RecipeError, match=r"nesterov \* rms"):
        Recipe(optimizer={"rule": {"direction": "nesterov", "preconditioner": "rms"}, "psi": 1})


def test_a_count_of_steps_for_what_is_off_is_refused() -> None:
    with pytest.raises(
        RecipeError, match=r"(?s)optimizer\.lookahead_every is unused.*lookahead: 0"
    ):
        Recipe(optimizer={"lookahead_every": 7})
    recipe = Recipe(optimizer={"lookahead_every": 7, "lookahead": 0.5})
    with pytest.raises(RecipeError, match="is unused"):
        recipe.replace("optimizer.lookahead", None)
    assert Recipe.of(Recipe().filled()) == Recipe()  # what was filled in was not said


def test_a_new_rule_brings_its_defaults_though_the_old_ones_were_in_force() -> None:
    recipe = Recipe(optimizer={"rule": "adam"}).replace("optimizer.rule", "momentum")
    assert recipe.optimizer.hypers == dict(EVERY_RULE["momentum"].hyper)


def test_a_rate_that_was_said_stays() -> None:
    recipe = Recipe(optimizer={"rule": "adam", "lr": 0.5}).replace("optimizer.rule", "sgd")
    assert recipe.optimizer.lr == 0.5


@pytest.mark.parametrize(
    "wrong",
    [
        {"lr": -0.1},
        {"lr": float("inf")},
        {"lr": "fast"},
        {"lr": True},
        {"beta1": 1},
        {"eps": -1},
        {"weight_decay": -1},
        {"clip_norm": 0},
        {"clip_value": -1},
        {"decay": "both"},
        {"rule": 3},
        {"rule": {"direction": "nesterov", "speed": 3}},
    ],
)
def test_numbers_out_of_range_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(RecipeError, match="optimizer"):
        Recipe(optimizer=wrong)


@pytest.mark.parametrize("wrong", ["adamm", {"direction": "uphill"}, {"preconditioner": "rsm"}])
def test_an_unknown_rule_or_factor_is_refused(wrong: Any) -> None:
    with pytest.raises(UnknownName):
        Recipe(optimizer={"rule": wrong})
