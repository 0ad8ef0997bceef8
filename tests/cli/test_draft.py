from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainlab.cli.draft import draft
from trainlab.data.looking import Guess
from trainlab.recipe.text import read


def guess(examples: int, **more: object) -> Guess:
    facts = {
        "source": "table",
        "options": {"path": "a b.csv", "target": "what: is it"},
        "kind": "classification",
        "layout": "vector",
        "examples": examples,
        "feature_shape": (4,),
        "classes": ("a", "b"),
        "reasons": ("a long reason " * 20,),
    }
    return Guess(**(facts | more))  # type: ignore[arg-type]


@given(st.integers(1, 10_000_000))
def test_a_draft_is_a_recipe_at_any_size(examples: int) -> None:
    recipe = read(draft(guess(examples), "a b.csv", "my.yaml"), "my.yaml")
    assert recipe.data.source is not None
    assert recipe.data.source.arguments()["target"] == "what: is it"
    assert 8 <= recipe.train.batch_size <= 128
    assert 5 <= recipe.train.length.amount <= 100


def test_every_line_fits_a_page() -> None:
    assert max(map(len, draft(guess(100), "a.csv", "a.yaml").splitlines())) <= 100


@pytest.mark.parametrize(("on_bad", "said"), [("error", False), ("impute", True)])
def test_gaps_are_spoken_of_where_there_are_any(on_bad: str, said: bool) -> None:
    assert ("on_bad: impute" in draft(guess(50, on_bad=on_bad), "a.csv", "a.yaml")) is said


def test_a_name_with_a_blank_can_be_copied_into_a_shell() -> None:
    text = draft(guess(100), "my data.csv", "my data.yaml")
    assert "trainlab train 'my data.yaml' --seeds 8" in text
