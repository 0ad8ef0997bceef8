from __future__ import annotations

from tests.claims.made import ask_of
from trainlab.claims.compared import Compare
from trainlab.claims.probes.grids import AccuracyAt, rates, scores_at
from trainlab.comparison.design import Design

ARMS = {"tanh": ["network.activation=tanh"], "relu": ["network.activation=relu"]}


def test_a_rate_is_a_place() -> None:
    assert rates((0.1, 3)) == {0.1: ["optimizer.lr=0.1"], 3: ["optimizer.lr=3"]}


def test_a_grid_scores_every_arm_at_each_place() -> None:
    scores, notes = scores_at(ask_of(), ARMS, rates((0.1, 0.5)), "loss")
    arms = {arm: [*said, "optimizer.lr=0.5"] for arm, said in ARMS.items()}
    alone = Compare(arms=arms, design=Design(metric="loss"))(ask_of()).values
    assert {arm: found[:, 1].tolist() for arm, found in scores.items()} == {
        arm: alone[arm].tolist() for arm in ARMS
    }
    assert notes


def test_accuracies_are_named_by_their_place_and_drawn_over_it() -> None:
    sizes = {8: ["train.batch_size=8"], 32: ["train.batch_size=32"]}
    found = AccuracyAt(arms=ARMS, places=sizes)(ask_of())
    assert list(found.values) == ["tanh at 8", "tanh at 32", "relu at 8", "relu at 32"]
    curve = found.curves["relu"]
    assert curve.x.tolist() == [8, 32]
    assert (100 * curve.y[:, 1]).tolist() == found.values["relu at 32"].tolist()
