from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.claims.made import ask_of, claim_of
from trainlab.claims.claim import Ask, Curve, Found
from trainlab.claims.compared import Compare
from trainlab.claims.probes.splits import SplitBySplit
from trainlab.comparison.compare import Progress
from trainlab.comparison.running import Bench
from trainlab.errors import Interrupted


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


def test_pairs_side_by_side_find_what_one_after_another_finds() -> None:
    probe = SplitBySplit(Compare(arms={"tanh": ["network.activation=tanh"], "relu": []}))
    alone, beside = (probe(replace(ask_of(pairs=3), bench=Bench(cores=n))) for n in (1, 2))
    assert alone.to_json() == beside.to_json()


@pytest.mark.parametrize("cores", [1, 2])
def test_progress_is_the_sum_over_the_pairs(cores: int) -> None:
    def halves(ask: Ask) -> Found:
        for done in (1, 2):
            ask.tell("measuring", done, 2)
        return _seen(ask)

    told: list[Progress] = []
    ask = replace(ask_of(pairs=3), bench=Bench(cores=cores), watch=told.append)
    SplitBySplit(halves)(ask)
    assert [each.done for each in told] == [0.5, 1, 1.5, 2, 2.5, 3]
    assert {each.whole for each in told} == {3}


@pytest.mark.parametrize("cores", [1, 2])
def test_it_stops_where_that_is_asked(cores: int) -> None:
    ask = replace(ask_of(pairs=3), bench=Bench(cores=cores, stop=lambda: True))
    with pytest.raises(Interrupted):
        SplitBySplit(Compare(arms={"a": [], "b": ["network.activation=relu"]}))(ask)
