from __future__ import annotations

from collections.abc import Callable

from tests.cli.conftest import Said
from trainlab.built_in import built_in


def test_every_built_in_recipe_says_what_it_does(say: Callable[..., Said]) -> None:
    found = say("recipes", "--json").document
    assert list(found) == list(built_in())
    assert "digits-mlp" in found
    assert all(recipe["does"] for recipe in found.values())
    assert say("recipes").out.startswith("adding-rnn")
