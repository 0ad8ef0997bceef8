from __future__ import annotations

import pytest
import torch
from torch import Tensor

from trainlab.schedules import Clock, shapes

CLOCK = Clock(total=100, per_epoch=10)


def at(shape: shapes.Shape, *steps: float) -> list[float]:
    values: Tensor = shape(torch.tensor(steps, dtype=torch.float64), CLOCK)
    return values.tolist()


def test_one_cycle_passes_its_knots() -> None:
    shape = shapes.one_cycle(rise=0.3, start=0.1, end=0.001)
    assert at(shape, 0, 29, 99, 500) == pytest.approx([0.1, 1.0, 0.001, 0.001])


def test_cyclical_is_lowest_and_highest_where_it_turns() -> None:
    shape = shapes.cyclical(low=0.2, rise="2ep")
    assert at(shape, 0, 20, 40, 60) == pytest.approx([0.2, 1.0, 0.2, 1.0])


def test_a_warm_up_as_long_as_the_training_leaves_a_finite_schedule() -> None:
    warm = shapes.warm_up(shapes.cosine(), warmup="100%", warmup_from=0.5)
    assert at(warm, 0, 50, 99) == pytest.approx([0.5, 0.75, 0.995])
    assert all(0 <= value <= 1 for value in at(warm, 100, 150))


def test_no_warm_up_is_the_shape_itself() -> None:
    assert at(shapes.warm_up(shapes.linear()), 0, 30, 100) == at(shapes.linear(), 0, 30, 100)


def test_a_span_of_no_steps_counts_as_one() -> None:
    assert at(shapes.step(every="0ep", gamma=0.5), 0, 1, 2) == [1.0, 0.5, 0.25]
