"""Several augmentations in a row draw from streams of their own."""

from __future__ import annotations

import pytest
import torch

from trainlab import seeds
from trainlab.data.augment import AUGMENT, Augmentation
from trainlab.errors import DataError, UnknownName

KEYS = seeds.keys([0, 1], "augment")


def test_steps_follow_each_other_with_keys_of_their_own() -> None:
    x = torch.randn(2, 5, 3, 8, 8)
    both = Augmentation(["flip", {"name": "crop", "padding": 2}], "image")
    by_hand = AUGMENT["flip"].apply(x, seeds.fold_in(KEYS, 0))
    by_hand = AUGMENT["crop"].apply(by_hand, seeds.fold_in(KEYS, 1), padding=2)
    assert torch.equal(both(x, KEYS), by_hand)


def test_no_steps_cost_nothing() -> None:
    x = torch.randn(2, 5, 4)
    assert Augmentation([], "vector")(x, KEYS) is x


def test_a_step_for_other_data_is_refused_with_those_that_fit() -> None:
    with pytest.raises(DataError, match=r"(?s)flip is for image data, this is vector.*feature_"):
        Augmentation(["flip"], "vector")


def test_an_unknown_step_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match=r"(?s)nearest\s+cutout"):
        Augmentation(["cutuot"], "image")
