from __future__ import annotations

import torch
from hypothesis import given
from hypothesis import strategies as st

from trainlab.schedules import Pace

paces = st.builds(
    Pace, st.lists(st.integers(1, 12), min_size=1, max_size=5).map(tuple), st.integers(1, 12)
)


def walked(pace: Pace, steps: int) -> list[tuple[int, int]]:
    """Walk through epochs step by step."""
    places, epoch, place = [], 0, 0
    for _ in range(steps):
        places.append((epoch, place))
        place += 1
        if place == pace.of(epoch):
            epoch, place = epoch + 1, 0
    return places


@given(paces)
def test_a_step_is_where_a_walk_comes_to(pace: Pace) -> None:
    assert [pace.at(step) for step in range(80)] == walked(pace, 80)


@given(paces)
def test_positions_count_the_data(pace: Pace) -> None:
    expected = [pace.usual * (e + p / pace.of(e)) for e, p in walked(pace, 80)]
    found = pace.positions(torch.arange(80))
    torch.testing.assert_close(found, torch.tensor(expected, dtype=torch.float64))
    assert (found.diff() > 0).all()


@given(paces, st.integers(1, 30))
def test_multiples_are_crossed_once_and_exactly(pace: Pace, every: int) -> None:
    exact = [(e * pace.of(e) + p, pace.of(e)) for e, p in walked(pace, 80)]
    assert [pace.crossed(step, every) for step in range(80)] == [
        number * pace.usual // (length * every) for number, length in exact
    ]


@given(paces, st.integers(0, 60))
def test_the_first_step_as_far_as_a_position(pace: Pace, position: int) -> None:
    step = pace.reached(position)
    assert pace.crossed(step, 1) >= position
    assert step == 0 or pace.crossed(step - 1, 1) < position


def test_an_even_pace_is_the_steps_themselves() -> None:
    pace = Pace.even(7)
    assert pace.is_even
    assert pace.at(30) == (4, 2)
    assert pace.reached(30) == 30
    assert pace.positions(torch.arange(9)).tolist() == list(range(9))
    assert [step for step in range(1, 22) if pace.crossed(step, 5) > pace.crossed(step - 1, 5)] == [
        5,
        10,
        15,
        20,
    ]
