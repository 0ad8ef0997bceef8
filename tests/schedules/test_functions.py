from __future__ import annotations

from inspect import signature

import pytest
import torch

from trainlab import schedules
from trainlab.errors import RecipeError
from trainlab.schedules import SCHEDULES, Clock
from trainlab.schedules.functions import function

CLOCK = Clock(total=50, per_epoch=5)


@pytest.mark.parametrize("name", SCHEDULES)
def test_every_row_is_a_function_of_its_name(name: str) -> None:
    make = getattr(schedules, name)
    drawn = make(warmup="10%").draw(CLOCK)
    assert torch.equal(drawn, SCHEDULES[name].make(warmup="10%").draw(CLOCK))


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_function_shows_its_options_and_the_warm_ups(name: str) -> None:
    shown = list(signature(function(name)).parameters)
    row = list(signature(SCHEDULES[name].function).parameters)
    assert shown == [*row, "warmup", "warmup_shape", "warmup_from"]


def test_the_package_shows_every_row_and_has_nothing_else() -> None:
    assert set(SCHEDULES) < set(dir(schedules))
    for name in ("cosin", "Cosine", "multistep"):
        with pytest.raises(AttributeError, match=name):
            getattr(schedules, name)


def test_an_option_that_a_row_lacks_is_refused() -> None:
    with pytest.raises(RecipeError, match="'cosine' has no option 'flor'"):
        schedules.cosine(flor=0.1)


def test_a_schedule_says_how_it_was_made() -> None:
    assert str(schedules.cosine(floor=0.1, warmup="5%")) == "cosine(floor=0.1, warmup=5%)"
