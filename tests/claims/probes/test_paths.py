"""Starts are drawn by seed, apart from those that tune; steps are counted until a loss stays."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch

from tests.claims.made import ask_of
from trainlab.claims.probes.paths import Walk, keys, starts, until
from trainlab.comparison.running import Bench
from trainlab.errors import Interrupted
from trainlab.surfaces import valley


def test_steps_count_until_the_loss_stays_below() -> None:
    loss = torch.tensor([[3.0, 0.0, 3.0, 3.0], [0.0, 0.0, 0.0, 3.0], [2.0, 0.0, 0.0, 3.0]])
    later = torch.cat([loss, torch.tensor([[0.0, math.nan, 0.0, 3.0]])])
    assert until(later, 1.0).tolist() == [3, math.inf, 1, math.inf]
    assert until(later[:, 1:2][:3], 1.0).tolist() == [0]


def test_who_tunes_never_judges() -> None:
    ask = ask_of(pairs=64)
    own, other = (keys(ask, "start", tuning=tuning) for tuning in (False, True))
    assert len(own) == ask.pairs and not set(own.tolist()) & set(other.tolist())
    points = starts(own, (-1.0, 5.0), (1.0, 6.0))
    assert points.shape == (ask.pairs, 2)
    assert ((points >= torch.tensor([-1.0, 5.0])) & (points < torch.tensor([1.0, 6.0]))).all()


def test_a_walk_stops_on_its_way() -> None:
    told: list[float] = []
    bench = Bench(stop=lambda: max(told) >= 200)
    ask = replace(ask_of(), bench=bench, watch=lambda progress: told.append(progress.done))
    start, key = torch.ones(1, 2, dtype=torch.float64), torch.zeros(1, dtype=torch.int64)
    with pytest.raises(Interrupted):
        Walk("sgd", valley(1.0), 1000).path(ask, start, 0.1, key)
    assert told == [0, 100, 200]


def test_the_best_rate_is_the_one_that_arrives_first() -> None:
    """Along a round bowl the loss falls by (1 - lr)^2 a step: 1 arrives at once, 2 never."""
    over = Walk("sgd", valley(1.0), 30)
    start = torch.tensor([[1.0, 1.0], [2.0, -1.0]], dtype=torch.float64)
    rate = over.best_rate(ask_of(), lambda key: start, (0.1, 1.0, 2.0, 0.5), 1e-6)
    assert rate == pytest.approx(1.0)
