from __future__ import annotations

import math
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from tests.comparison.made import moons, scored
from trainlab.comparison import folding
from trainlab.comparison.arms import Arm
from trainlab.comparison.measure import Measure
from trainlab.comparison.outcome import Trial
from trainlab.comparison.running import Bench
from trainlab.comparison.statistics.judgement import judge
from trainlab.comparison.statistics.terms import Terms
from trainlab.comparison.statistics.verdict import RAW
from trainlab.recipe import Recipe


def folded(fold: int | None = None, **sections: object) -> Recipe:
    return moons(data={"source": "moons", "split": {"folds": 4, "fold": fold}}, **sections)


def test_without_folds_a_pair_is_a_seed() -> None:
    found = folding.members(moons(), 3, tuned=True)
    assert [member.seed for member in found] == [0, 1, 2]
    assert folding.pairs_of(moons(), 3, tuned=True) == folding.runs_of(moons(), 3, True) == 3
    assert folding.tuning_on(moons()) == moons()


@pytest.mark.parametrize(
    ("fold", "tuned", "judging"),
    [(None, False, [0, 1, 2, 3]), (None, True, [1, 2, 3]), (0, True, [0]), (2, True, [2])],
)
def test_the_fold_that_tunes_never_judges(
    fold: int | None, tuned: bool, judging: list[int]
) -> None:
    recipe = folded(fold)
    found = folding.members(recipe, folding.runs_of(recipe, 2, tuned), tuned)
    assert folding.pairs_of(recipe, 2, tuned) == (2 if len(judging) == 1 else len(judging))
    assert [member.data.split.fold for member in found] == 2 * judging
    assert [member.seed for member in found] == sorted([0, 1] * len(judging))
    assert not tuned or folding.tuning_on(recipe).data.split.fold not in judging


def test_the_score_of_a_fold_is_the_mean_of_its_seeds() -> None:
    of, loss = partial(folding.scores, measure=Measure("loss"), tuned=False), map(float, range(8))
    outcomes = [scored(value) for value in loss]
    assert of(folded(), outcomes) == [2.0, 3.0, 4.0, 5.0]
    assert of(folded(), outcomes[:4]) == [0.0, 1.0, 2.0, 3.0]
    assert of(folded(2), outcomes) == of(moons(), outcomes) == [*map(float, range(8))]
    outcomes[5] = replace(outcomes[5], scores={})
    assert [math.isnan(score) for score in of(folded(), outcomes)] == [False, True, False, False]


def test_seeds_of_a_fold_make_no_false_claims() -> None:
    """Counted as pairs they claim a difference in 9 % of such cases, more where folds overlap."""
    rng, claims = np.random.default_rng(0), 0
    for _ in range(200):
        equal = rng.normal(0.8, 0.02, (8, 4))
        other = equal + rng.normal(0, 0.01, 4) + rng.normal(0, 0.003, (8, 4))
        arms = [
            folding.scores(folded(), [scored(v) for v in arm.ravel()], Measure("loss"), False)
            for arm in (equal, other)
        ]
        found = judge(arms, ["a", "b"], scale=RAW, terms=Terms(overlap=1 / 3))
        claims += found.to_best[0].answer != "unclear"
    assert claims / 200 <= 0.05


def test_a_fold_chooses_no_weights_that_it_judges() -> None:
    (plain, *_), stopping = folding.members(folded(), 4, False), {"early_stopping": 3}
    (early, *_) = folding.members(folded(regularize=stopping), 4, False)
    for member, patience in ((plain, 10**9), (early, 3)):
        assert member.regularize.early_stopping is not None
        assert member.regularize.early_stopping.patience == patience
        assert member.regularize.early_stopping.restore_best is False
    assert folding.notes([Arm("a", folded())], False) == []
    assert "stops" in folding.notes([Arm("a", folded(regularize=stopping))], False)[0]


def test_the_last_weights_are_judged() -> None:
    recipe = folding.members(folded(optimizer={"rule": "sgd", "lr": 2.0}), 1, False)[0]
    (found,) = Bench(cores=1).run([Trial(recipe)], Measure("loss", "val"))
    assert found.scores["val/loss"] == pytest.approx(found.curve["val/loss"][-1], rel=1e-5)
    assert min(found.curve["val/loss"]) < 0.999 * found.curve["val/loss"][-1]
