from __future__ import annotations

import math

import pytest

from tests.comparison.made import compared, moons, rates
from trainlab.comparison.result import Comparison
from trainlab.store import jsontext


@pytest.fixture(scope="module")
def found() -> Comparison:
    recipe = moons(train={"length": "3ep", "batch_size": 16, "threads": 1})
    arms = rates(0.001, 0.1, 1e9, recipe=recipe)
    return compared(arms, seeds=3, tune=("regularize.input_noise",), trials=2, baseline="lr=0.001")


def test_it_is_read_back_as_it_was(found: Comparison) -> None:
    again = Comparison.of(jsontext.loads(jsontext.dumps(found.to_json())))
    assert again.sentence == found.sentence
    assert repr(again.judgement) == repr(found.judgement)
    assert repr(again.outcomes) == repr(found.outcomes)
    assert repr(again.tuned) == repr(found.tuned)
    assert again.design == found.design
    assert (again.notes, again.pairing, again.measure) == (
        found.notes,
        found.pairing,
        found.measure,
    )
    assert [arm.recipe.filled() for arm in again.arms] == [
        arm.recipe.filled() for arm in found.arms
    ]


def test_it_is_shown_by_its_sentence(found: Comparison) -> None:
    assert repr(found) == f"<Comparison of 3 arms: {found.sentence}>"


def test_what_diverged_has_no_score_and_is_the_worst(found: Comparison) -> None:
    assert all(map(math.isnan, found.scores("lr=1e+09")))
    assert found.judgement.ranking[-1].arm == "lr=1e+09"
    assert found.judgement.ranking[-1].diverged == 3
