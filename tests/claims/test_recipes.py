from __future__ import annotations

from trainlab.claims.recipes import ADAM_OR_SGD, DIGITS, LAST, adam, sgd, vary
from trainlab.recipe import Recipe


def test_parts_make_a_recipe() -> None:
    recipe = Recipe.of({**DIGITS, **adam(lr=0.5, schedule="cosine")})
    assert recipe.data.preprocess[0].name == "standardize"
    assert (recipe.optimizer.rule, recipe.optimizer.lr, recipe.schedule.name) == (
        "adam",
        0.5,
        "cosine",
    )
    plain = Recipe.of(sgd(lr=0.5))
    assert (plain.optimizer.rule, plain.schedule.name) == ("sgd", "constant")


def test_last_weights_are_last() -> None:
    stopping = Recipe.of(ADAM_OR_SGD).with_overrides([LAST]).regularize.early_stopping
    assert stopping is not None and not stopping.restore_best
    assert stopping.patience > 300


def test_arms_differ_in_one_field() -> None:
    arms = vary("network.norm", {"batch norm": "batch", "no norm": "none"})
    assert arms == {"batch norm": ["network.norm=batch"], "no norm": ["network.norm=none"]}
