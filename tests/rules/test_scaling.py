from __future__ import annotations

import pytest

from trainlab.recipe import Recipe
from trainlab.rules.scaling import SCALINGS


@pytest.mark.parametrize(("name", "at_four"), [("linear", 4.0), ("sqrt", 2.0)])
def test_the_law(name: str, at_four: float) -> None:
    law = SCALINGS[name].make(base=128)
    assert law(128) == 1.0
    assert law(512) == at_four


def test_a_recipe_says_it_by_name_or_with_its_base() -> None:
    by_name = Recipe(optimizer={"lr": 0.1, "lr_scaling": "linear"})
    assert by_name.optimizer.rate(512) == pytest.approx(0.2)
    assert Recipe(optimizer={"lr": 0.1}).optimizer.rate(512) == 0.1
