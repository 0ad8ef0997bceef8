from __future__ import annotations

import numpy as np
import pytest

from tests.claims.made import ask_of
from trainlab.claims.probes.evaluations import Evaluations, Way

HAND = Way(
    cost=np.array([[0.0, 2, 5, 9], [0.0, 1, 2, 3]]),
    loss=np.array([[1.0, 0.5, 0.005, 0.5], [1.0, 0.9, 0.8, 0.7]]),
)
ASK = ("train.evaluate_every=1steps", "train.batch_size=2000", "train.precision=fp64")


def test_evaluations_are_counted_until_the_level() -> None:
    assert HAND.until(0.01).tolist() == [5, 6]


def test_losses_are_drawn_at_evaluations_that_all_share() -> None:
    curve = HAND.drawn()
    assert curve.x[[0, -1]].tolist() == [1, 3]
    assert curve.y[1, [0, -1]] == pytest.approx([0.9, 0.7])
    assert curve.y[0, 0] == pytest.approx(np.sqrt(0.5))  # half way from 1 to 1/2, in logarithms


def test_who_searches_pays_for_every_evaluation() -> None:
    ask = ask_of(*ASK)
    plain, searching = (Way.of(ask, f"optimizer.rule={rule}") for rule in ("adam", "lbfgs"))
    assert plain.cost.tolist() == [[0, 1, 2, 3, 4]] * 2
    assert (searching.cost[:, 1:] >= 2 * plain.cost[:, 1:]).all()
    assert (np.diff(searching.loss, axis=1) < 0).all()


def test_first_order_rules_get_the_best_of_the_rates() -> None:
    probe = Evaluations(
        level=2.0,
        tuned={"SGD": ["optimizer.rule=sgd", "train.length=10steps"]},
        rates=(1e-4, 0.5),
        untuned={"slow": ["optimizer.lr=0.0001"]},
    )
    found = probe(ask_of(*ASK))
    assert found.notes == ("SGD: best rate 0.5",)
    assert (found.values["SGD"] <= 10).all()
    assert found.values["slow"].tolist() == [8, 8]  # twice its four updates: it never is there
