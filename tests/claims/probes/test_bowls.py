from __future__ import annotations

import numpy as np
import pytest

from tests.claims.made import ask_of
from trainlab.claims.probes.bowls import Descent, Stretch, moments
from trainlab.claims.probes.populations import begun

WINE = ["data.source=wine", "network=linear", "train.batch_size=1000"]


def test_the_moments_are_those_of_the_inputs_and_the_bias() -> None:
    ask = ask_of(*WINE)
    x = begun(ask).task.part("train")[0][0].double().numpy()
    x = np.column_stack([x, np.ones(len(x))])
    np.testing.assert_allclose(moments(ask), np.linalg.eigvalsh(x.T @ x / len(x)), rtol=1e-9)


def test_each_pair_has_a_split_of_its_own() -> None:
    ask = ask_of(*WINE)
    first, other = Stretch(arms={"own": []})(ask).values["own, stretch"]
    found = moments(ask.changed("data.split.seed=1"))
    assert other == pytest.approx(found[-1] / found[0]) != first


def test_the_rate_that_needs_fewest_updates_is_taken() -> None:
    ask = ask_of(*WINE, "train.length=40steps", "train.evaluate_every=1steps")
    both = Descent(arms={"own": []}, target=0.5, rates=(0.1, 2.0))(ask)
    fast = Descent(arms={"own": []}, target=0.5, rates=(2.0,))(ask)
    assert both.values["own"].tolist() == fast.values["own"].tolist()
    assert (fast.values["own"] < 40).all()
    assert np.array_equal(both.curves["own"].y, fast.curves["own"].y)


def test_who_misses_the_target_is_given_the_whole_run() -> None:
    found = Descent(arms={"own": []}, target=0.0, rates=(1.0,))(ask_of(*WINE))
    assert found.values["own"].tolist() == [4, 4]
