from __future__ import annotations

import numpy as np

from tests.claims.made import claim_of
from trainlab.claims.claim import Ask, Curve, Found
from trainlab.claims.probes.splits import SplitBySplit


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
    found = SplitBySplit(_seen)(claim_of(pairs=3, recipe=recipe).ask())
    assert found.values["seed"].tolist() == [5, 6, 7]
    assert found.values["split"].tolist() == [2, 3, 4]
    assert found.curves["a"].y.tolist() == [[5, 5], [6, 6], [7, 7]]
    assert found.notes.count("said once") == 1
