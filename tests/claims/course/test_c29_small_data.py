from __future__ import annotations

import pytest

from trainlab.claims.course.c29_small_data import CLAIM, DEEP, DENSE
from trainlab.engine.experiment import Experiment


@pytest.mark.parametrize("arms", [DENSE, DEEP])
def test_every_help_differs_from_its_plain_network_in_one_thing(arms: dict[str, list[str]]) -> None:
    plain, *helped = arms.values()
    assert all(len(said) == len(plain) + 1 and said[: len(plain)] == plain for said in helped)


def test_there_are_as_many_examples_as_the_claim_says() -> None:
    task, _ = Experiment(CLAIM.ask().recipe).prepared
    assert 85 <= task.train.shape[1] <= 95
    assert 1500 <= task.test.shape[1] <= 1550
