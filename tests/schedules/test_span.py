from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainlab.errors import RecipeError
from trainlab.schedules import Clock, Span

CLOCK = Clock(total=1000, per_epoch=50)


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("30ep", 1500),
        ("0.5 epochs", 25),
        ("1 epoch", 50),
        ("2000steps", 2000),
        ("7 step", 7),
        ("5%", 50),
        ("12.5%", 125),
        ("40", 40),
        (40, 40),
        (40.0, 40),
        (0, 0),
        ("1EP", 50),
    ],
)
def test_a_span_counts_its_steps(text: str | float, steps: int) -> None:
    assert Span.parse(text).steps(CLOCK) == steps


@pytest.mark.parametrize(
    "text",
    ["", "ep", "-3ep", "3 weeks", "1.5steps", "nan", "5%%", True, "1e3", None, -1, float("inf")],
)
def test_what_is_no_span_is_refused(text: object) -> None:
    with pytest.raises(RecipeError, match="is not a length of training"):
        Span.parse(text)


@given(
    st.sampled_from(["steps", "ep", "%"]).flatmap(
        lambda unit: st.integers(0, 100_000).map(lambda n: f"{n}{unit}")
    )
)
def test_a_span_is_written_as_it_is_read(text: str) -> None:
    span = Span.parse(text)
    assert Span.parse(str(span)) == span
    assert Span.parse(span) is span
