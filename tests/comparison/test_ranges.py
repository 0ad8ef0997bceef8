from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.comparison.made import moons
from trainlab.comparison.ranges import USUAL, Range, parse_range
from trainlab.errors import InputError, RecipeError
from trainlab.recipe import leaves


def test_points_are_spread_by_a_factor_or_evenly() -> None:
    assert Range("lr", 1e-4, 1.0).points(5) == [1e-4, 1e-3, 1e-2, 0.1, 1.0]
    assert Range("p", 0.0, 0.6, log=False).points(4) == [0.0, 0.2, 0.4, 0.6]
    assert Range("lr", 1e-4, 1.0).points(1) == [0.01]


@given(st.floats(-0.5, 1.5), st.booleans())
def test_a_share_is_where_its_value_lies(share: float, log: bool) -> None:
    each = Range("x", 0.01, 10.0, log=log)
    if log or each.low + (each.high - each.low) * share > 0.05:
        assert each.share(each.at(share)) == pytest.approx(share, abs=2e-3)


def test_the_usual_range_of_a_rate_is_about_the_rules_own() -> None:
    for rule in ("sgd", "adam"):
        recipe = moons(optimizer={"rule": rule})
        found = parse_range("optimizer.lr")(recipe)
        own = recipe.optimizer.defaults["lr"]
        assert found.low < own < found.high
        assert found.high / found.low == pytest.approx(10**3.5)


def test_a_range_of_ones_own() -> None:
    assert parse_range("optimizer.lr=1e-4..1")(moons()) == Range("optimizer.lr", 1e-4, 1.0)
    found = parse_range("regularize.dropout=0..0.5")(moons())
    assert found == Range("regularize.dropout", 0.0, 0.5, log=False)


def test_every_usual_range_is_of_a_field_that_members_may_differ_in() -> None:
    there = {leaf.key for leaf in leaves(moons()) if leaf.per_member}
    assert set(USUAL) <= there | {"optimizer.momentum"}


@pytest.mark.parametrize("text", ["optimizer.lr=1", "optimizer.lr=a..b", "optimizer.lr=1..0.1"])
def test_what_is_no_range_is_told(text: str) -> None:
    with pytest.raises(RecipeError, match="is no range"):
        parse_range(text)


@pytest.mark.parametrize("text", ["network.widths", "optimizer.rate", "network.widths=1..2"])
def test_what_cannot_be_tuned_is_told(text: str) -> None:
    with pytest.raises(InputError, match=r"no usual range|not a number that can be tuned"):
        parse_range(text)(moons())


def test_a_seed_is_not_tuned() -> None:
    with pytest.raises(InputError, match=r"luck|not a number"):
        parse_range("seed=0..9")(moons())
