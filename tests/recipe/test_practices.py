from __future__ import annotations

import pytest

from trainlab.recipe import Recipe
from trainlab.recipe.overrides import parse_override
from trainlab.recipe.practices import PRACTICES

FIELDS = [name for name, row in PRACTICES.items() if row.use.startswith("regularize.")]


@pytest.mark.parametrize("name", FIELDS)
def test_a_recipe_says_it_so(name: str) -> None:
    recipe = Recipe.of({}, [parse_override(PRACTICES[name].use)])
    assert name in recipe.given()["regularize"]
