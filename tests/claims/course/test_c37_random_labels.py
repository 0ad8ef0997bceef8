from __future__ import annotations

import torch
from torch import Tensor

from trainlab.claims.course.c37_random_labels import ARMS, CLAIM, permuted
from trainlab.data import SOURCES
from trainlab.engine.experiment import Experiment


def test_permuted_labels_are_as_many_of_each_and_mean_nothing() -> None:
    true, made, other = SOURCES["digits"].load(), permuted(), permuted(seed=1)
    assert isinstance(true.x, Tensor) and isinstance(made.x, Tensor)
    assert true.y is not None and made.y is not None and other.y is not None
    assert torch.equal(true.x, made.x)
    assert torch.equal(true.y.bincount(), made.y.bincount())
    assert 0.05 < (true.y == made.y).double().mean() < 0.15
    assert not torch.equal(made.y, other.y)


def test_both_arms_learn_from_the_same_pictures() -> None:
    ask = CLAIM.ask()
    true, made = (Experiment(ask.changed(change).recipe).prepared[0] for change in ARMS.values())
    assert torch.equal(true.train, made.train)
    assert torch.equal(true.part("train")[0], made.part("train")[0])
