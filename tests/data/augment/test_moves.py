"""Moves by whole pixels: torch's own flips and shifts, joined without a difference."""

from __future__ import annotations

from functools import reduce

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from trainlab.data.augment import moves
from trainlab.data.augment.moves import Axis, Move, mirrored, moved, shifted

HIGH, WIDE = 5, 7

Step = tuple[bool, int]
"""Whether an axis is turned round, or else by how much it is shifted."""
steps = st.tuples(st.booleans(), st.integers(-9, 9))


def by_torch(x: Tensor, step: Step, axis: int) -> Tensor:
    turned, by = step
    if turned:
        return x.flip(axis)
    places = torch.arange(x.shape[axis]) + by
    inside = (places >= 0) & (places < x.shape[axis])
    shape = [-1 if place == axis % x.dim() else 1 for place in range(x.dim())]
    return x.index_select(axis, places.clamp(0, x.shape[axis] - 1)) * inside.reshape(shape)


def axis_of(step: Step, length: int) -> Axis:
    turned, by = step
    if turned:
        return mirrored(torch.tensor([[True]]), length)
    return shifted(torch.tensor([[by]]), length)


@pytest.mark.parametrize("least", [1, 1 << 30])
@given(ways=st.lists(st.tuples(steps, steps), max_size=4))
def test_moves_joined_are_moves_in_turn(least: int, ways: list[tuple[Step, Step]]) -> None:
    """With pictures copied one by one, and with places looked up."""
    x = torch.arange(1.0, 2 * HIGH * WIDE + 1).reshape(1, 1, 2, HIGH, WIDE)
    expected = reduce(lambda y, way: by_torch(by_torch(y, way[0], -2), way[1], -1), ways, x)
    joined = [Move(axis_of(down, HIGH), axis_of(right, WIDE)) for down, right in ways]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(moves, "LARGE", least)
        assert torch.equal(moved(x, joined), expected)


@pytest.mark.parametrize("count", [0, 1])
def test_pictures_that_stay_are_copied(count: int) -> None:
    x = torch.randn(1, 1, 3, 8, 8)
    out = moved(x, [Move(axis_of((False, 0), 8), axis_of((False, 0), 8))] * count)
    assert torch.equal(out, x) and out.data_ptr() != x.data_ptr() and out.is_contiguous()
