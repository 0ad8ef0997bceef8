from __future__ import annotations

from tests.claims.made import ask_of
from trainlab.claims.probes.populations import begun
from trainlab.claims.probes.signs import OneSigned, one_signed

ARMS = {"sigmoid": ["network.activation=sigmoid"], "tanh": ["network.activation=tanh"]}


def test_of_one_example_all_gradients_behind_a_sigmoid_share_a_sign() -> None:
    look = one_signed("linear2.weight", 1)
    sigmoid, tanh = (look(begun(ask_of(*said))) for said in ARMS.values())
    assert sigmoid.tolist() == [100.0, 100.0]
    assert (tanh < 90).all()


def test_shares_are_given_by_the_size_of_the_batch() -> None:
    found = OneSigned(arms=ARMS, layer="linear2", sizes=(1, 8))(ask_of())
    curve = found.curves["sigmoid"]
    assert curve.x.tolist() == [1, 8]
    assert curve.y[:, 0].tolist() == found.values["sigmoid at 1"].tolist() == [100, 100]
    assert curve.y[:, 1].tolist() == found.values["sigmoid at 8"].tolist()
    assert (curve.y[:, 1] < 100).all()
