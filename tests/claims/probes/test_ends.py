from __future__ import annotations

import numpy as np
import pytest

from tests.claims.made import ask_of
from trainlab.claims.probes.ends import LossesApart, WeightsApart, apart
from trainlab.claims.probes.populations import begun, trained


def test_an_end_is_measured_against_the_others_and_the_way_it_came() -> None:
    start, end = np.array([2.0, 2.0, 3.0]), np.array([1.0, 1.0, 2.0])
    assert apart(start, end).tolist() == pytest.approx([50.0, 50.0, 100.0])


def test_equal_ends_are_not_apart() -> None:
    assert apart(np.array([2.0, 3.0, 4.0]), np.ones(3)).tolist() == [0.0, 0.0, 0.0]


def test_losses_are_measured_on_both_parts() -> None:
    arms = {"moved": ["train.length=40steps"], "still": ["optimizer.lr=1e-6"]}
    found = LossesApart(arms=arms)(ask_of(pairs=3)).values
    assert (found["moved, train"] < found["still, train"]).all()
    assert not np.array_equal(found["moved, train apart"], found["moved, test apart"])
    assert (found["still, train apart"] > 1000).all()  # they came no way at all


def test_weights_are_as_far_apart_as_one_way_went() -> None:
    """From a way that stays at the start: the other's displacement over the start's length."""
    ask = ask_of("train.precision=fp64")
    probe = WeightsApart(arms={"all": []}, ways=("optimizer.lr=0.1", "optimizer.lr=0.0"))
    start, end = begun(ask).population.theta, trained(ask).population.theta
    far = (end - start).square().sum(dim=1).sqrt() / start.square().sum(dim=1).sqrt()
    assert probe(ask).values["all"] == pytest.approx(far.numpy())


def test_a_penalty_is_a_decay_for_sgd_alone() -> None:
    """Loshchilov & Hutter 2019, proposition 1."""
    ways = ("optimizer.decay=coupled", "optimizer.decay=decoupled")
    arms = {rule: [f"optimizer.rule={rule}"] for rule in ("sgd", "adam")}
    found = WeightsApart(arms=arms, ways=ways)(
        ask_of("optimizer.weight_decay=0.1", "train.precision=fp64")
    )
    assert (found.values["sgd"] < 1e-14).all() and (found.values["adam"] > 1e-3).all()
