from __future__ import annotations

import numpy as np
import pytest

from tests.claims.made import claim_of
from trainlab.claims.claim import Ask, Curve, Found
from trainlab.claims.together import Together
from trainlab.errors import RecipeError


def _one(ask: Ask) -> Found:
    return Found(values={"one": np.zeros(2)}, curves={"one": LINE}, notes=("first",))


def _two(ask: Ask) -> Found:
    return Found(values={"two": np.ones(2)}, curves={"two": LINE}, notes=("second",))


LINE = Curve(np.arange(2.0), np.zeros((2, 2)))


def test_values_and_notes_are_of_all_and_the_figure_is_the_first_ones() -> None:
    found = Together(_one, _two)(claim_of(pairs=2).ask())
    assert list(found.values) == ["one", "two"]
    assert list(found.curves) == ["one"]
    assert found.notes == ("first", "second")


def test_two_measures_may_not_use_one_name() -> None:
    with pytest.raises(RecipeError, match="one name"):
        Together(_one, _one)(claim_of(pairs=2).ask())
