from __future__ import annotations

import pytest

from trainlab.engine.cadence import READINGS, cadence_of
from trainlab.schedules import Pace, Span


def spans(*texts: str) -> list[Span]:
    return [Span.parse(text) for text in texts]


def test_spans_become_steps() -> None:
    cadence = cadence_of(spans("3ep", "40steps"), *spans("1ep", "10%"), Pace.even(20))
    assert cadence.totals == (60, 40)
    assert cadence.steps == 60
    assert [step for step in range(1, 61) if cadence.due("evaluation", step)] == [20, 40, 60]
    assert cadence.every["snapshot"] == 6


def test_the_last_step_of_a_member_is_always_due() -> None:
    cadence = cadence_of(spans("50steps"), *spans("7ep", "1000steps"), Pace.even(20))
    assert cadence.due("evaluation", 50)
    assert cadence.due("snapshot", 50)


@pytest.mark.parametrize("steps", [1, 150, 10_000])
def test_readings_are_bounded(steps: int) -> None:
    cadence = cadence_of(spans(f"{steps}steps"), *spans("1ep", "1ep"), Pace.even(10))
    assert sum(cadence.due("reading", step) for step in range(1, steps + 1)) <= READINGS + 1


def test_evaluations_stay_at_the_ends_of_epochs_that_grow_shorter() -> None:
    pace = Pace((8, 4, 4, 2), 8)
    cadence = cadence_of(spans("5ep", "2ep"), *spans("1ep", "50%"), pace)
    assert cadence.totals == (8 + 4 + 4 + 2 + 2, 8 + 4)
    due = [step for step in range(1, 21) if cadence.due("evaluation", step)]
    assert due == [8, 12, 16, 18, 20]
    halves = [step for step in range(1, 21) if cadence.due("snapshot", step)]
    assert halves == [12, 14, 20]  # 2.5 epochs of data, the end of the second member, the end


def test_fractions_of_short_epochs_are_due_at_the_first_step_beyond() -> None:
    cadence = cadence_of(spans("3ep"), *spans("3steps", "1ep"), Pace((8, 2), 8))
    due = [step for step in range(1, 13) if cadence.due("evaluation", step)]
    assert due == [3, 6, 9, 10, 11, 12]
