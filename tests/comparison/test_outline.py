from __future__ import annotations

from typing import Any

import pytest

from tests.comparison.made import moons, rates, rules
from trainlab.comparison.arms import Arm, Vary, varied
from trainlab.comparison.design import Design
from trainlab.comparison.outline import outline

FOLDED = moons(data={"source": "moons", "split": {"folds": 4}})
WIDTHS = varied(moons(), [Vary("network.widths", ([6], [7]))])


@pytest.mark.parametrize(
    ("arms", "asked", "told"),
    [
        (rates(0.1, 0.2), {}, "2 arms in 1 program on 2 cores: 16 trainings of 8ep judge, in"),
        (rules("sgd", "adam", "lion"), {"seeds": 1}, "3 trainings of 8ep judge, in 1 pair"),
        (WIDTHS, {}, "2 arms in 2 programs on"),
        (rates(0.1, 0.2), {"judged": "time"}, "16 trainings judge, in 8 pairs"),
        (
            rates(0.1, 0.2),
            {"tune": ("optimizer.momentum",), "trials": 5},
            "10 trainings tune in the first of 3 rounds at most, then 16 trainings",
        ),
        (rates(0.1, 0.2, recipe=FOLDED), {"seeds": 2}, "16 trainings of 8ep judge, in 4 pairs"),
        (
            rates(0.1, 0.2),
            {"until": 1.0, "seeds": 8},
            "at most 128 trainings of 8ep judge, in 64 pairs, looked at after 4, 12, 20, ..., 64",
        ),
    ],
)
def test_it_counts_what_will_be_trained(arms: list[Arm], asked: dict[str, Any], told: str) -> None:
    assert told in outline(arms, Design(**asked), 2)
