from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.claims.made import ask_of
from trainlab.claims.probes.fading import FadingRate, median_rate
from trainlab.claims.probes.populations import begun, gradient


def test_a_rate_is_one_over_the_root_of_the_squares_that_were_gathered() -> None:
    training = begun(ask_of("optimizer.rule=adagrad", "train.precision=fp64"))
    squares = gradient(training, *training.feed.at(0)).square()
    training.advance()
    lower = squares.sort(dim=1).values[:, (squares.shape[1] - 1) // 2]  # as torch's median
    assert torch.allclose(median_rate(training), 1 / (lower.sqrt() + 1e-10))


def test_what_is_left_is_counted_from_its_place_in_the_run() -> None:
    arms = {"AdaGrad": ["optimizer.rule=adagrad"], "RMSprop": ["optimizer.rule=rmsprop"]}
    ask = ask_of("train.length=20steps", "train.evaluate_every=2steps")
    found = FadingRate(arms=arms, since=0.3)(ask)
    curve = found.curves["AdaGrad"]
    assert curve.x.tolist() == list(range(6, 21, 2))
    assert curve.y[:, 0] == pytest.approx(1)
    assert (np.diff(curve.y, axis=1) <= 0).all()  # a sum of squares never falls
    assert found.values["AdaGrad, rate"].tolist() == curve.y[:, -1].tolist()
    assert (found.values["AdaGrad, rate"] < found.values["RMSprop, rate"]).all()
