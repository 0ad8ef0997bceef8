from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from trainlab.recipe.fields import Length, OnOff, Section, Switch
from trainlab.schedules import Span


@pytest.mark.parametrize("given", ["30ep", "2000steps", "5%", 2000, Span(3, "epochs")])
def test_a_length_survives_being_written(given: Any) -> None:
    adapter: TypeAdapter[Span] = TypeAdapter(Length)
    length = adapter.validate_python(given)
    assert length == Span.parse(given)
    assert adapter.validate_python(adapter.dump_python(length)) == length


@pytest.mark.parametrize("given", ["", "ep", "5 parsecs", -1, True, None, [3], 2.5])
def test_other_lengths_are_refused(given: Any) -> None:
    with pytest.raises(ValidationError, match="length of training"):
        TypeAdapter(Length).validate_python(given)


@pytest.mark.parametrize(("given", "meant"), [(True, True), ("Yes", True), ("off", False)])
def test_a_switch_understands_words(given: Any, meant: bool) -> None:
    assert TypeAdapter(Switch).validate_python(given) is meant


@pytest.mark.parametrize("given", [1, 0, "maybe", None])
def test_a_switch_is_no_number(given: Any) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Switch).validate_python(given)


@pytest.mark.parametrize("given", [1, None, "perhaps", ["on"]])
def test_on_and_off_are_words(given: Any) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(OnOff).validate_python(given)


def test_nothing_under_a_name_is_a_section_left_out() -> None:
    class Inner(Section):
        depth: int | None = 3

    class Outer(Section):
        inner: Inner = Inner()
        items: tuple[int, ...] = ()

    assert Outer.model_validate({"inner": None, "items": None}) == Outer()
    assert Outer.model_validate({"inner": {"depth": None}}).inner.depth is None
