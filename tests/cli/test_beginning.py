from __future__ import annotations

import torch

from trainlab.cli.beginning import beginning


def test_it_is_the_first_batch_of_the_recipe_in_the_wanted_precision() -> None:
    start = beginning("digits-mlp", ["train.batch_size=8"], "fp64")
    assert start.x.shape == (8, 1, 8, 8)
    assert start.x.dtype == torch.float64
    assert start.y.shape == (8,)
    assert len(start.classes) == 10
    assert start.build(start.seed)(start.x.float()).shape == (8, 10)
