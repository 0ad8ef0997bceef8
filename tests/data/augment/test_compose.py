"""Several augmentations in a row draw from streams of their own."""

from __future__ import annotations

import pytest
import torch

from trainlab import seeds
from trainlab.data.augment import AUGMENT, Augmentation
from trainlab.data.augment.moves import moved
from trainlab.errors import DataError, UnknownName

KEYS = seeds.each(seeds.keys([0, 1], "augment"), 5)


def test_steps_follow_each_other_with_keys_of_their_own() -> None:
    x = torch.randn(2, 5, 3, 8, 8)
    both = Augmentation(["flip", {"name": "crop", "padding": 2}], "image")
    by_hand = moved(x, [AUGMENT["flip"].apply(x, seeds.fold_in(KEYS, 0))])
    by_hand = moved(by_hand, [AUGMENT["crop"].apply(by_hand, seeds.fold_in(KEYS, 1), padding=2)])
    assert torch.equal(both(x, KEYS), by_hand)


@pytest.mark.parametrize("name", [name for name, row in AUGMENT.items() if "image" in row.layouts])
@pytest.mark.parametrize("steps", [(), ("flip",), ("cutout",)])
def test_what_is_given_is_left_as_it_is(name: str, steps: tuple[str, ...]) -> None:
    """Also where all members are given the same examples, and none of their own."""
    x = torch.randn(1, 5, 3, 8, 8)
    plain = x.clone()
    out = Augmentation([*steps, name, *steps], "image")(x.expand(2, -1, -1, -1, -1), KEYS)
    assert torch.equal(x, plain) and not torch.equal(out[0], out[1])


def test_no_steps_cost_nothing() -> None:
    x = torch.randn(2, 5, 4)
    assert Augmentation([], "vector")(x, KEYS) is x


def test_an_example_becomes_among_others_what_it_is_alone() -> None:
    x, steps = torch.randn(2, 5, 3, 8, 8), ["flip", "colour_jitter", "affine", "trivial", "erase"]
    some = Augmentation([{"name": "crop", "padding": (1.0, 3.0)}, *steps], "image")
    plain = x.clone()
    whole = some(x, KEYS)
    for part in (slice(0, 2), slice(2, 5), slice(4, 5)):
        assert torch.equal(some(x[:, part], KEYS[:, part]), whole[:, part])
    assert torch.equal(x, plain)


def test_a_step_for_other_data_is_refused_with_those_that_fit() -> None:
    with pytest.raises(DataError, match=r"(?s)flip is for image data, this is vector.*feature_"):
        Augmentation(["flip"], "vector")


def test_an_unknown_step_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match=r"(?s)nearest\s+cutout"):
        Augmentation(["cutuot"], "image")
