from __future__ import annotations

from tests.claims.made import ask_of
from trainlab.claims.probes.populations import begun, weight
from trainlab.claims.probes.symmetry import DifferentUnits


def test_units_that_are_alike_are_counted_once() -> None:
    training = begun(ask_of())
    incoming = weight(training, "linear1.weight")
    incoming[0, 3] = incoming[0, 1]
    incoming[0, 4] = incoming[0, 1] + 1e-12
    incoming[1, 5] = incoming[1, 2] + 1e-3
    assert DifferentUnits(arms={}).different(training).tolist() == [6, 8]


def test_what_begins_equal_is_one_unit_in_the_end() -> None:
    arms = {"zeros": ["network.init=zeros"], "drawn": list[str]()}
    found = DifferentUnits(arms=arms)(ask_of("train.precision=fp64"))
    assert {arm: row.tolist() for arm, row in found.values.items()} == {
        "zeros": [1, 1],
        "drawn": [8, 8],
    }
    assert found.curves["drawn"].x.tolist() == [0, 2, 4]
