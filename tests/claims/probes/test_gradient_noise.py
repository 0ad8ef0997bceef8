from __future__ import annotations

import pytest
import torch

from tests.claims.made import ask_of
from trainlab.claims.probes.gradient_noise import GradientNoise
from trainlab.claims.probes.populations import begun


def test_the_variance_is_that_of_one_example_over_the_batch() -> None:
    ask = ask_of()
    training = begun(ask)
    x, y = training.task.part("train")
    rows = [
        training.forward.gradient(*(e.expand(2, -1, *e.shape[2:]) for e in pair), 0.0)[1]
        for pair in zip(x.split(1, dim=1), y.split(1, dim=1), strict=True)
    ]
    one = torch.stack(rows).double().var(dim=0, correction=0).sum(dim=1)
    found = GradientNoise(sizes=(8, 64), draws=200)(ask)
    assert found.curves["of the gradient"].y[:, 0] * 8 == pytest.approx(one.numpy(), rel=0.3)
    assert found.values["slope"] == pytest.approx([-1, -1], abs=0.1)
    assert found.values["mean at B = 64"] == pytest.approx([1, 1], abs=0.1)
