from __future__ import annotations

import math

import numpy as np

from tests.claims.made import claim_of
from trainlab.claims.compared import Compare, reaching
from trainlab.comparison.design import Design
from trainlab.comparison.running import Bench
from trainlab.recipe import Recipe

MOONS = {
    "data": {"source": {"name": "moons", "examples": 60}},
    "network": {"name": "mlp", "widths": [4]},
    "train": {"length": "20steps", "evaluate_every": "5steps", "batch_size": 20},
}
ARMS = {"slow": ["optimizer.lr=0.0001"], "fast": ["optimizer.lr=0.05"]}


def test_arms_are_scored_in_shown_units_pair_by_pair() -> None:
    claim = claim_of(recipe=MOONS, pairs=3, measure=Compare(arms=ARMS))
    found = claim.measure(claim.ask())
    assert {name: len(row) for name, row in found.values.items()} == {"slow": 3, "fast": 3}
    assert all(0 <= value <= 100 for value in found.values["fast"])
    assert found.curves["fast"].x.tolist() == [5, 10, 15, 20]
    assert found.curves["fast"].y.shape == (3, 4)
    assert found.notes[0].startswith("paired by seed")


def test_updates_to_a_value_come_with_the_score() -> None:
    measure = Compare(arms=ARMS, design=Design(metric="accuracy"), reach=1.1)
    claim = claim_of(recipe=MOONS, pairs=2, measure=measure)
    found = claim.measure(claim.ask())
    assert found.values["fast, steps"].tolist() == [math.inf] * 2  # nobody is right 110 %
    quick = claim.measure(claim.ask(quick=True))
    assert np.isfinite(quick.values["fast, steps"]).all()


def test_reaching_is_judged_by_the_target_at_tuned_rates() -> None:
    assert reaching(0.9, tune="optimizer.lr=0.1..1", trials=3) == Design(
        judged="target",
        target=0.9,
        metric="accuracy",
        tune=("optimizer.lr=0.1..1",),
        trials=3,
        halving=False,
    )


def test_a_look_neither_tunes_nor_waits_for_a_target() -> None:
    claim = claim_of(recipe=MOONS, measure=Compare(arms=ARMS, design=reaching(1.0)))
    found = claim.measure(claim.ask(quick=True))
    assert np.isfinite(np.stack(list(found.values.values()))).all()
    assert not any(note.startswith("best values") for note in found.notes)


def test_trainings_that_are_known_are_not_done_again() -> None:
    claim = claim_of(recipe=MOONS, pairs=2, measure=Compare(arms=ARMS))
    ask, kept = claim.ask(), list[str]()
    ask.bench.keep = lambda key, outcome: kept.append(key)
    first = claim.measure(ask)
    assert len(kept) == 4
    bench = Bench(known=ask.bench.known, keep=lambda key, outcome: kept.append(key))
    again = claim.measure(type(ask)(recipe=ask.recipe, bench=bench))
    assert len(kept) == 4
    assert again.values["fast"].tolist() == first.values["fast"].tolist()


def test_what_every_arm_changes_is_changed_in_the_users_recipe_too() -> None:
    claim = claim_of(
        any_recipe=True, measure=Compare(arms=ARMS, always=["train.length=5steps"]), pairs=1
    )
    found = claim.measure(claim.ask(Recipe.of(MOONS)))
    assert found.curves["fast"].x.tolist() == [5]
