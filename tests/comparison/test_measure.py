from __future__ import annotations

import math

import pytest

from tests.comparison.made import scored
from trainlab.comparison.measure import Measure, measure_of
from trainlab.errors import RecipeError


def test_the_headline_of_a_kind_is_the_default() -> None:
    assert measure_of(None, "classification", "test").name == "test/accuracy"
    assert measure_of(None, "regression", "val").name == "val/rmse"
    assert measure_of("loss", "classification", "test").sign == -1


def test_an_unknown_metric_is_told_with_those_there_are() -> None:
    with pytest.raises(RecipeError, match="accuracy") as fault:
        measure_of("acuracy", "classification", "test")
    assert fault.value.nearest == "accuracy"


@pytest.mark.parametrize(("target", "share"), [(95.0, "0.95"), (1.5, "0.95"), (0.0, "0.95")])
def test_an_accuracy_that_cannot_be_is_no_target(target: float, share: str) -> None:
    with pytest.raises(RecipeError, match="a share from 0 to 1") as told:
        measure_of(None, "classification", "test", target)
    assert told.value.next_step == f"write it as a share: --target {share}"
    assert measure_of(None, "classification", "test", 1.0).target == 1.0
    assert measure_of("loss", "classification", "test", 1.5).target == 1.5


def test_accuracy_is_shown_in_points_and_losses_in_their_unit() -> None:
    assert Measure("accuracy").scale.unit == "points"
    assert (Measure("loss").scale.sign, Measure("r2").scale.sign) == (-1, 1)


def test_a_training_without_a_score_is_nan() -> None:
    assert Measure("loss").of(scored(0.5)) == 0.5
    assert math.isnan(Measure("accuracy").of(scored(0.5)))


def test_a_target_is_the_first_evaluation_that_reaches_it() -> None:
    falls = scored(0.1, [0.9, 0.4, 0.6, 0.2])
    assert Measure("loss", target=0.4).of(falls) == 20
    assert Measure("loss", target=0.3).of(falls) == 40
    assert math.isnan(Measure("loss", target=0.1).of(falls))
    assert Measure("loss", target=0.3).title == "steps to val/loss <= 0.3"
    assert Measure("accuracy", target=0.9).title == "steps to val/accuracy >= 0.9"


def test_on_another_split_there_is_no_target() -> None:
    assert Measure("loss", "test", 0.3).on("val") == Measure("loss", "val")
