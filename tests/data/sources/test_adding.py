"""The adding problem: two marks, one in each half; their numbers' sum is the target."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from trainlab.data.sources.adding import adding


@given(length=st.integers(2, 40), seed=st.integers(0, 9))
def test_the_target_is_the_marked_sum(length: int, seed: int) -> None:
    raw = adding(length=length, examples=50, seed=seed)
    assert isinstance(raw.x, torch.Tensor) and raw.y is not None
    number, mark = raw.x.unbind(-1)
    torch.testing.assert_close((number * mark).sum(1), raw.y[:, 0])
    half = length // 2
    assert (mark[:, :half].sum(1) == 1).all() and (mark[:, half:].sum(1) == 1).all()
    assert number.min() >= 0 and number.max() < 1


def test_guessing_the_mean_has_the_error_that_the_card_names() -> None:
    raw = adding(examples=20_000)
    assert raw.y is not None
    assert float((raw.y - 1).square().mean()) == pytest.approx(1 / 6, rel=0.03)
