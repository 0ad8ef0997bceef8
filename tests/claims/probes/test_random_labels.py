from __future__ import annotations

import torch
from torch import Tensor

from tests.claims.made import ask_of
from trainlab.claims.probes.populations import begun
from trainlab.claims.probes.random_labels import PERMUTED_DIGITS, permuted_digits
from trainlab.data import SOURCES


def test_permuted_labels_are_as_many_of_each_and_mean_nothing() -> None:
    true, made, other = SOURCES["digits"].load(), permuted_digits(), permuted_digits(seed=1)
    assert isinstance(true.x, Tensor) and isinstance(made.x, Tensor)
    assert true.y is not None and made.y is not None and other.y is not None
    assert torch.equal(true.x, made.x)
    assert torch.equal(true.y.bincount(), made.y.bincount())
    assert 0.05 < (true.y == made.y).double().mean() < 0.15
    assert not torch.equal(made.y, other.y)


def test_split_at_random_both_kinds_learn_from_the_same_pictures() -> None:
    random = "data.split.by=random"
    true, made = (begun(ask_of(random, *more)).task for more in ([], [PERMUTED_DIGITS]))
    assert torch.equal(true.train, made.train)
    assert torch.equal(true.part("train")[0], made.part("train")[0])
    assert not torch.equal(true.part("train")[1], made.part("train")[1])
