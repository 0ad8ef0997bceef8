from __future__ import annotations

import numpy as np

from tests.claims.made import claim_of
from trainlab.claims.claim import Ask, Curve, Found
from trainlab.claims.probes.splits import split_by_split
from trainlab.comparison.compare import Progress


def _seen(ask: Ask) -> Found:
    seed, split = ask.recipe.seed, ask.recipe.data.split.seed
    curves = {"a": Curve(np.arange(2.0), np.full((1, 2), float(seed)))}
    return Found(
        values={"seed": np.full(ask.pairs, seed), "split": np.full(ask.pairs, split)},
        curves=curves,
        notes=("said once",),
    )


def test_each_pair_has_a_seed_and_a_split_of_its_own() -> None:
    recipe = {"seed": 5, "data": {"split": {"seed": 2}}}
    found = split_by_split(claim_of(pairs=3, recipe=recipe).ask(), _seen)
    assert found.values["seed"].tolist() == [5, 6, 7]
    assert found.values["split"].tolist() == [2, 3, 4]
    assert found.curves["a"].y.tolist() == [[5, 5], [6, 6], [7, 7]]
    assert found.notes.count("said once") == 1


def test_progress_counts_the_pairs() -> None:
    told: list[Progress] = []

    def measure(ask: Ask) -> Found:
        assert ask.watch is not None
        ask.watch(Progress("tuning", 2, 4))
        return _seen(ask)

    ask = claim_of(pairs=2).ask()
    split_by_split(Ask(recipe=ask.recipe, watch=told.append), measure)
    assert [(each.done, each.whole) for each in told] == [(0.5, 2), (1.5, 2)]
