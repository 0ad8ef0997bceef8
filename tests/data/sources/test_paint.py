"""Painting: colours, coverage and layers mean what they say."""

from __future__ import annotations

import colorsys

import torch
from hypothesis import given
from hypothesis import strategies as st

from trainlab import seeds
from trainlab.data.sources.paint import Draws, coverage, hsv, over, to_pixels

share = st.floats(0, 1)


@given(hue=share, saturation=share, value=share)
def test_hsv_is_that_of_colorsys(hue: float, saturation: float, value: float) -> None:
    given = (torch.tensor([number], dtype=torch.float64) for number in (hue, saturation, value))
    ours = hsv(*given).flatten()
    expected = torch.tensor(colorsys.hsv_to_rgb(hue, saturation, value), dtype=torch.float64)
    torch.testing.assert_close(ours, expected, atol=1e-9, rtol=0)


def test_an_edge_through_a_pixels_middle_covers_half_of_it() -> None:
    distance = torch.tensor([-1.0, -0.05, 0.0, 0.05, 1.0])
    torch.testing.assert_close(coverage(distance, 0.2), torch.tensor([1.0, 0.75, 0.5, 0.25, 0.0]))


def test_paint_that_covers_all_hides_what_is_below() -> None:
    below, paint = torch.rand(2, 3, 4, 4), torch.rand(2, 3, 1, 1)
    assert torch.equal(over(below, paint, torch.zeros(2, 4, 4)), below)
    torch.testing.assert_close(over(below, paint, torch.ones(2, 4, 4)), paint.expand_as(below))


def test_pixels_are_rounded_and_clipped() -> None:
    assert to_pixels(torch.tensor([-0.1, 0.0, 0.5, 1.0, 1.5])).tolist() == [0, 0, 128, 255, 255]


def test_each_call_of_draws_gives_fresh_numbers_in_range() -> None:
    draws = Draws(seeds.keys([0], "test")[0], torch.arange(2000))
    first, second = draws.between(2, 5), draws.between(2, 5)
    assert not torch.equal(first, second)
    for drawn in (first, second):
        assert drawn.min() >= 2 and drawn.max() < 5 and abs(float(drawn.mean()) - 3.5) < 0.1
