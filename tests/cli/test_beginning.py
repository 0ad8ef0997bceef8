from __future__ import annotations

import torch
from torch.nn import functional

from trainlab.cli.beginning import beginning


def test_it_is_the_first_batch_of_the_recipe_in_the_wanted_precision() -> None:
    start = beginning("digits-mlp", ["train.batch_size=8"], "fp64")
    assert start.x.shape == (8, 1, 8, 8)
    assert start.x.dtype == torch.float64
    assert start.y.shape == (8,)
    assert len(start.classes) == 10
    assert start.build(start.seed)(start.x.float()).shape == (8, 10)


def test_its_loss_smooths_labels_as_the_training_does() -> None:
    start = beginning("digits-mlp", ["regularize.label_smoothing=0.3"], "fp64")
    output = start.x.flatten(1)[:, :10]
    expected = functional.cross_entropy(output, start.y, label_smoothing=0.3)
    torch.testing.assert_close(start.loss(output, start.y), expected)
