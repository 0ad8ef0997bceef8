from __future__ import annotations

import pytest

from trainlab.engine.cadence import READINGS, cadence_of
from trainlab.schedules import Span


def spans(*texts: str) -> list[Span]:
    return [Span.parse(text) for text in texts]


def test_spans_become_steps() -> None:
    cadence = cadence_of(spans("3ep", "40steps"), *spans("1ep", "10%"), 20)
    assert cadence.totals == (60, 40)
    assert cadence.steps == 60
    assert [step for step in range(1, 61) if cadence.due("evaluation", step)] == [20, 40, 60]
    assert cadence.every["snapshot"] == 6


def test_the_last_step_of_a_member_is_always_due() -> None:
    cadence = cadence_of(spans("50steps"), *spans("7ep", "1000steps"), 20)
    assert cadence.due("evaluation", 50)
    assert cadence.due("snapshot", 50)


@pytest.mark.parametrize("steps", [1, 150, 10_000])
def test_readings_are_bounded(steps: int) -> None:
    cadence = cadence_of(spans(f"{steps}steps"), *spans("1ep", "1ep"), 10)
    assert sum(cadence.due("reading", step) for step in range(1, steps + 1)) <= READINGS + 1
