from __future__ import annotations

import pytest

from tests.claims.made import ask_of
from trainlab.claims.probes.batch_scaling import BatchScaling

PROBE = BatchScaling(
    base=16,
    updates=32,
    looks=2,
    arms={"64, linear": (64, "linear"), "64, root": (64, "sqrt"), "64, unchanged": (64, "")},
)


def test_every_arm_sees_as_many_examples_at_its_own_rate() -> None:
    rates = dict[str, float]()
    for arm in PROBE.all:
        recipe = ask_of(*PROBE.changes(arm)).recipe
        updates = int(str(recipe.train.length).removesuffix("steps"))
        assert updates * recipe.train.batch_size == 512
        rates[arm] = recipe.optimizer.rate(recipe.train.batch_size)
    assert list(rates.values()) == pytest.approx([0.1, 0.4, 0.2, 0.1])


def test_losses_are_compared_after_as_many_examples() -> None:
    found = PROBE(ask_of())
    assert found.values["16"].tolist() == [1, 1]
    assert all(curve.x.tolist() == [256, 512] for curve in found.curves.values())
    assert (found.values["64, unchanged"] > 1).all()
