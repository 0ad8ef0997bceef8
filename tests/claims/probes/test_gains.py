from __future__ import annotations

import pytest

from tests.claims.made import ask_of
from trainlab.claims.compared import Compare
from trainlab.claims.probes.gains import Gain

ARMS = {"fast": ["optimizer.lr=0.5"], "still": ["optimizer.lr=0.0"]}
PROBLEMS = {"tanh": ["network.activation=tanh"], "no rate": ["network.activation=relu"]}


def test_a_gain_is_the_first_less_the_second_on_each_problem() -> None:
    found = Gain(arms=ARMS, problems=PROBLEMS)(ask_of())
    for problem, said in PROBLEMS.items():
        alone = Compare(arms={arm: [*said, *more] for arm, more in ARMS.items()})(ask_of()).values
        assert found.values[f"gain, {problem}"] == pytest.approx(alone["fast"] - alone["still"])
    assert (found.values["gain, tanh"] > 0).any()
    assert {note.partition(":")[0] for note in found.notes} == set(PROBLEMS)


def test_who_is_compared_with_himself_gains_nothing() -> None:
    arms = {"one": ["optimizer.weight_decay=0.0"], "other": []}
    found = Gain(arms=arms, problems={"digits": []})(ask_of())
    assert found.values["gain, digits"].tolist() == [0, 0]
