from __future__ import annotations

import pytest

from tests.comparison.made import moons
from trainlab.comparison import folding
from trainlab.comparison.arms import Arm
from trainlab.comparison.measure import Measure
from trainlab.comparison.outcome import Trial
from trainlab.comparison.running import Bench
from trainlab.recipe import Recipe


def folded(fold: int | None = None, **sections: object) -> Recipe:
    return moons(data={"source": "moons", "split": {"folds": 4, "fold": fold}}, **sections)


def test_without_folds_a_pair_is_a_seed() -> None:
    found = folding.members(moons(), 3, tuned=True)
    assert [member.seed for member in found] == [0, 1, 2]
    assert folding.pairs_of(moons(), 3, tuned=True) == 3
    assert folding.tuning_on(moons()) == moons()


@pytest.mark.parametrize(
    ("fold", "tuned", "judging"),
    [(None, False, [0, 1, 2, 3]), (None, True, [1, 2, 3]), (0, True, [0]), (2, True, [2])],
)
def test_the_fold_that_tunes_never_judges(
    fold: int | None, tuned: bool, judging: list[int]
) -> None:
    recipe = folded(fold)
    pairs = folding.pairs_of(recipe, 2, tuned)
    found = folding.members(recipe, pairs, tuned)
    assert [member.data.split.fold for member in found] == 2 * judging
    assert [member.seed for member in found] == sorted([0, 1] * len(judging))
    assert not tuned or folding.tuning_on(recipe).data.split.fold not in judging


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
