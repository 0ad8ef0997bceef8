"""Joins against torch's SequentialLR and closed forms, and the laws that all of them obey."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.optim import SGD
from torch.optim import lr_scheduler as theirs

from trainlab.errors import RecipeError
from trainlab.schedules import SCHEDULES, Clock, Span, cosine, join, linear, shapes
from trainlab.schedules.sequence import Piece, in_sequence

TOTAL = 120
CLOCK = Clock(total=TOTAL, per_epoch=10)


def sequential(milestones: list[int], *makers: object) -> Tensor:
    optimizer = SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    schedulers = [make(optimizer) for make in makers]  # type: ignore[operator]
    scheduler, rates = theirs.SequentialLR(optimizer, schedulers, milestones), []
    for _ in range(TOTAL):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return torch.tensor(rates, dtype=torch.float64)


@pytest.mark.filterwarnings("ignore:The epoch parameter")  # SequentialLR's own call
def test_a_join_is_torchs_sequential() -> None:
    mine = join(
        parts=[
            {"name": "constant", "until": "2ep", "scale": 0.1},
            {"name": "exponential", "gamma": 0.95, "every": 1, "until": "50%"},
            {"name": "step", "every": "1ep", "gamma": 0.5},
        ]
    ).draw(CLOCK)
    oracle = sequential(
        [20, 60],
        lambda o: theirs.ConstantLR(o, 0.1, 1000),
        lambda o: theirs.ExponentialLR(o, 0.95),
        lambda o: theirs.StepLR(o, 10, 0.5),
    )
    torch.testing.assert_close(mine, oracle, rtol=1e-12, atol=0)


def test_a_line_up_and_a_cosine_down_have_their_closed_form() -> None:
    mine = join(
        parts=[
            {"name": "one_cycle", "rise": 1.0, "start": 0.2, "anneal": "linear", "until": 30},
            {"name": "cosine", "floor": 0.1},
        ]
    ).draw(CLOCK)
    s = torch.arange(TOTAL, dtype=torch.float64)
    up = 0.2 + 0.8 * s / 29
    down = 0.1 + 0.9 * (1 + torch.cos(torch.pi * (s - 30) / 90)) / 2
    torch.testing.assert_close(mine, torch.where(s < 30, up, down))


def test_each_part_has_its_stretch_to_itself() -> None:
    """Its shares, its warm-up and its end are those of the stretch."""
    mine = join(
        parts=[{"name": "linear", "until": 40}, {"name": "cosine", "warmup": "25%", "scale": 0.5}]
    ).draw(CLOCK)
    assert torch.equal(mine[:40], linear().draw(Clock(total=40)))
    assert torch.equal(mine[40:], 0.5 * cosine(warmup="25%").draw(Clock(total=80)))


NAMES = [name for name in SCHEDULES if name not in ("join", "plateau")]
part = st.fixed_dictionaries(
    {"name": st.sampled_from(NAMES), "scale": st.sampled_from([0.5, 1.0, 2.0])}
)


@st.composite
def joined(draw: st.DrawFn) -> tuple[list[dict[str, object]], list[int]]:
    """Draw parts and the steps at which they end; the last ends with the training."""
    parts = draw(st.lists(part, min_size=2, max_size=4))
    cuts = st.lists(st.integers(1, TOTAL - 1), min_size=len(parts) - 1, max_size=len(parts) - 1)
    ends = [*sorted(draw(cuts)), TOTAL]
    return [{**p, "until": end} for p, end in zip(parts, ends, strict=True)], ends


@given(joined())
def test_parts_follow_one_another_and_the_last_goes_on(
    drawn: tuple[list[dict[str, object]], list[int]],
) -> None:
    parts, ends = drawn
    mine = join(parts=parts)
    values = mine(torch.arange(2 * TOTAL), CLOCK)
    for (begin, end), each in zip(pairwise([0, *ends]), parts, strict=True):
        if begin == end:
            continue
        row = SCHEDULES[str(each["name"])].make()
        stop = 2 * TOTAL if end == TOTAL else end
        alone = row(torch.arange(stop - begin), Clock(total=end - begin, per_epoch=10))
        # not to the bit: torch's exponential rounds by a number's place in the tensor
        torch.testing.assert_close(
            values[begin:stop], float(str(each["scale"])) * alone, rtol=1e-13, atol=1e-15
        )


@given(joined())
def test_a_continuous_join_has_no_jump(
    drawn: tuple[list[dict[str, object]], list[int]],
) -> None:
    """Where parts meet, the step is no larger than the parts' own steps."""
    parts, ends = drawn
    smooth = ("constant", "linear", "cosine", "polynomial", "exponential", "inverse_sqrt")
    tame = [{**p, "name": n, "scale": 1.0} for p, n in zip(parts, smooth, strict=False)]
    fine = Clock(total=1000 * TOTAL, per_epoch=10_000)
    long = [{**p, "until": 1000 * end} for p, end in zip(tame, ends, strict=True)]
    mine = join(parts=long, continuous=True)
    steps = torch.tensor([1000 * end + d for end in ends[:-1] for d in (-1, 0)])
    before, at = mine(steps, fine).reshape(-1, 2).unbind(1)
    assert (before - at).abs().max() < 5e-3


def test_a_continuous_part_goes_on_from_where_the_last_ended() -> None:
    parts = [{"name": "cosine", "floor": 0.1, "until": "50%"}, {"name": "linear"}]
    s = torch.arange(60, TOTAL, dtype=torch.float64)
    drawn = join(parts=parts, continuous=True).draw(CLOCK)
    torch.testing.assert_close(drawn[60:], 0.1 * (1 - (s - 60) / 60))


def test_a_part_that_starts_at_0_cannot_be_continuous() -> None:
    parts = [{"name": "linear", "until": "50%"}, {"name": "one_cycle", "start": 0.0}]
    with pytest.raises(RecipeError, match="starts at 0"):
        join(parts=parts, continuous=True).draw(CLOCK)


def test_parts_must_say_in_order_until_when_they_hold() -> None:
    with pytest.raises(RecipeError, match="must say until when"):
        join(parts=[{"name": "linear"}, {"name": "cosine"}])
    with pytest.raises(RecipeError, match="must say until when"):
        in_sequence([], continuous=False)
    late = Piece(shape=shapes.linear(), until=Span.parse("50ep"))
    with pytest.raises(RecipeError, match="one after another"):
        in_sequence([late, Piece(shape=shapes.cosine())], continuous=False)(torch.zeros(1), CLOCK)
    with pytest.raises(RecipeError, match="plateau follows a score"):
        join(parts=[{"name": "plateau"}])
