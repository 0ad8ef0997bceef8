from __future__ import annotations

import pytest

from trainlab.comparison.design import Design
from trainlab.comparison.statistics.tests import TESTS
from trainlab.errors import RecipeError
from trainlab.store import jsontext


def test_it_survives_json() -> None:
    design = Design(seeds=3, tune=("optimizer.lr",), until=0.5, baseline="a", margin=1.0)
    assert Design.of(jsontext.loads(jsontext.dumps(design.to_json()))) == design


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"seeds": 0}, "1 at least"),
        ({"judged": "target"}, "go together"),
        ({"target": 0.9}, "go together"),
        ({"alpha": 1.5}, "between 0 and 1"),
        ({"margin": 0.0}, "above 0"),
        ({"race": True, "seeds": 3}, "drops arms half way"),
    ],
)
def test_what_cannot_be_asked_is_told(asked: dict[str, object], told: str) -> None:
    with pytest.raises(RecipeError, match=told):
        Design(**asked)  # type: ignore[arg-type]


def test_looks_are_planned_where_seeds_are_added_or_arms_dropped() -> None:
    assert Design(seeds=8).looks() is None
    looks = Design(seeds=8, until=0.5, most=32).looks()
    assert looks is not None
    assert looks.at[0] == 4
    assert looks.at[-1] == 32
    race = Design(seeds=8, race=True).looks()
    assert race is not None
    assert race.at == (4, 8)


def test_folds_are_judged_at_once_by_a_test_that_knows_of_them() -> None:
    assert Design().terms(5).overlap == pytest.approx(0.25)
    with pytest.raises(RecipeError, match="folds are judged all at once"):
        Design(until=0.5).terms(5)


def test_every_test_judges_once_and_those_with_a_law_look_early() -> None:
    for name in TESTS:
        assert Design(test=name).terms().rule(8).title == TESTS[name].title
    assert Design().terms().rule(8).title == "paired t"
    assert Design().terms(5).rule(5).title == "corrected resampled t"
    assert Design(until=0.5).terms().rule(4).title == "skew-guarded t, looking early"
    assert Design(until=0.5, test="T").terms().rule(4).title == "paired t, looking early"
    with pytest.raises(RecipeError, match="no law for looking early"):
        Design(until=0.5, test="signed-rank")
    with pytest.raises(RecipeError, match="only the corrected t test"):
        Design(test="bootstrap").terms(5)
