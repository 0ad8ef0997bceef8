from __future__ import annotations

import torch

from tests.engine.test_feed import feed
from trainlab.lab.seeing import seen_by


def test_pairs_are_those_of_the_first_step() -> None:
    one = feed([3, 4], augment=("flip", "crop"))
    seen = seen_by(one)
    assert seen is not None
    assert torch.equal(seen.augmented, one.at(0)[0][0])
    assert torch.equal(seen.plain, one.batches.at(0)[0][0])
    assert not torch.equal(seen.plain, seen.augmented)


def test_where_nothing_is_changed_there_is_nothing_to_see() -> None:
    assert seen_by(feed([3])) is None
    assert seen_by(feed([3], noise=(0.1,))) is not None
