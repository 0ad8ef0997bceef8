"""Laws of every row: the identity at 0, and a member as it would be alone."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
import torch
from torch import Tensor

from trainlab import seeds
from trainlab.data.augment import AUGMENT
from trainlab.data.augment.moves import moved

SHAPES = {"image": (3, 8, 8), "sequence": (15, 3), "vector": (7,)}
CASES = [(name, layout) for name, row in AUGMENT.items() for layout in row.layouts]


def options(name: str) -> list[str]:
    parameters = inspect.signature(AUGMENT[name].apply).parameters.values()
    return [parameter.name for parameter in parameters if parameter.kind is parameter.KEYWORD_ONLY]


def made(layout: str, members: int, b: int = 9) -> tuple[Tensor, Tensor]:
    keys = seeds.each(seeds.keys(range(members), "augment"), b)
    return torch.randn(members, b, *SHAPES[layout]), keys


def applied(name: str, x: Tensor, keys: Tensor, **dials: Any) -> Tensor:
    """Apply a row to a batch, which is left as it is."""
    row = AUGMENT[name]
    result = row.apply(x.clone(), keys, **dials)
    return moved(x, [result]) if row.moves else result


@pytest.mark.parametrize(("name", "layout"), CASES)
def test_at_zero_it_is_the_identity(name: str, layout: str) -> None:
    x, keys = made(layout, 2)
    assert torch.equal(applied(name, x, keys, **dict.fromkeys(options(name), 0)), x)


@pytest.mark.parametrize(("name", "layout"), CASES)
def test_by_default_it_is_not_the_identity(name: str, layout: str) -> None:
    x, keys = made(layout, 1)
    assert not torch.equal(applied(name, x, keys), x)


@pytest.mark.parametrize("b", [1, 9])
@pytest.mark.parametrize(("name", "layout"), CASES)
def test_a_member_is_augmented_as_it_would_be_alone(name: str, layout: str, b: int) -> None:
    """Bit for bit, with a value of its own in every option."""
    x, keys = made(layout, 3, b)
    dials: dict[str, Any] = {
        option: torch.tensor([0.0, 0.4, 1.0]) * (4 if option in ("padding", "size") else 1)
        for option in options(name)
    }
    together = applied(name, x, keys, **dials)
    for member in range(3):
        own = slice(member, member + 1)
        mine = {option: dial[own] for option, dial in dials.items()}
        assert torch.equal(together[own], applied(name, x[own], keys[own], **mine))
    assert torch.equal(together[0], x[0])


@pytest.mark.parametrize(("name", "layout"), CASES)
def test_an_example_is_augmented_as_it_would_be_alone(name: str, layout: str) -> None:
    """But for swap_noise, which takes from other examples."""
    x, keys = made(layout, 2)
    together = applied(name, x, keys)
    few = applied(name, x[:, 1:8], keys[:, 1:8])
    assert torch.equal(together[:, 1:8], few) == (name != "swap_noise")


@pytest.mark.parametrize(("name", "layout"), CASES)
def test_the_key_decides(name: str, layout: str) -> None:
    x, keys = made(layout, 2)
    first, second = (applied(name, x[:1], own) for own in keys.split(1))
    again = applied(name, x[:1], keys[:1])
    assert torch.equal(first, again) and not torch.equal(first, second)


@pytest.mark.parametrize("name", AUGMENT)
def test_a_row_is_described(name: str) -> None:
    card = AUGMENT[name].card
    assert card.does and card.helps and card.hurts and card.values and card.paper
