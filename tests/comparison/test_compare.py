from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from tests.comparison.made import compared, moons, rates, rules
from trainlab.comparison import compare as module
from trainlab.comparison.arms import Arm, Vary, varied
from trainlab.comparison.compare import Progress, compare
from trainlab.comparison.design import Design
from trainlab.comparison.outcome import Trial
from trainlab.comparison.running import Bench
from trainlab.comparison.tuning import TUNING_SEED
from trainlab.errors import RecipeError
from trainlab.report import compare_wording as wording

QUICK = {"length": "4ep", "batch_size": 16, "threads": 1}
FOLDED = {"source": {"name": "moons", "examples": 160}, "split": {"folds": 4}}


class Watched(Bench):
    """A bench that remembers what it was asked to train."""

    def run(self, trials: Sequence[Trial], *rest: Any) -> Any:
        """Train them."""
        self.wanted = [*getattr(self, "wanted", []), *trials]
        return super().run(trials, *rest)


def test_a_rate_that_learns_is_better_and_said_to_be() -> None:
    found = compared(rates(1e-5, 0.1), seeds=5, baseline="lr=1e-05")
    assert found.judgement.best == "lr=0.1"
    assert found.told
    assert found.sentence.startswith("lr=0.1 is better than lr=1e-05 by ")
    assert " points (95 % CI " in found.sentence
    assert "n = 5 pairs" in found.sentence
    assert found.measure.name == "test/accuracy"
    assert found.costs.keys() == {"lr=1e-05", "lr=0.1"}
    assert [outcome.whole for outcome in found.outcomes["lr=0.1"]] == [True] * 5


def test_equal_arms_are_not_told_apart() -> None:
    arms = [Arm("a", moons(train=QUICK)), Arm("b", moons(train=QUICK))]
    found = compared(arms, seeds=8, margin=1.0)
    assert found.scores("a") == found.scores("b")
    assert found.notes == ("a and b are the same recipe",)
    assert "a and b tie in all 8 pairs, too few to call them equivalent" in found.sentence
    assert found.measure.step == 1 / 24  # one example of the test split
    assert "a and b are equivalent within 5 points" in compared(arms, seeds=8, margin=5.0).sentence


def test_seeds_that_tune_never_judge_and_test_is_used_once() -> None:
    bench = Watched(cores=1)
    arms = rules("sgd", "adam", recipe=moons(train=QUICK))
    design = Design(seeds=3, tune=("optimizer.lr",), trials=4)
    seen: list[Progress] = []
    found = compare(arms, design, bench, seen.append)
    tuning = [trial for trial in bench.wanted if trial.recipe.seed >= TUNING_SEED]
    judging = [trial for trial in bench.wanted if trial.recipe.seed < TUNING_SEED]
    assert {trial.parts for trial in tuning} == {("val",)}
    assert {trial.parts for trial in judging} == {("test",)}
    assert [trial.recipe.seed for trial in judging] == [0, 1, 2] * 2
    assert len({len(each.tried) for each in found.tuned}) == 1
    for arm, each in zip(found.arms, found.tuned, strict=True):
        assert arm.recipe.optimizer.lr == each.values["optimizer.lr"]
    assert [p.stage for p in seen] == sorted(
        (p.stage for p in seen), key=["plan", "tuning", "measuring"].index
    )
    assert seen[0].told.startswith("2 arms in 1 program on 1 core: 8 trainings tune")
    assert seen[-1].done == pytest.approx(seen[-1].whole)


def test_by_the_steps_to_a_target() -> None:
    found = compared(rates(0.002, 0.2), seeds=4, judged="target", target=0.8)
    assert found.measure.title == "steps to val/accuracy >= 0.8"
    assert found.judgement.unit == "steps"
    assert found.judgement.best == "lr=0.2"
    fast = found.scores("lr=0.2")
    assert all(step in found.outcomes["lr=0.2"][0].steps for step in fast)


def test_steps_are_read_where_arms_were_tuned_and_that_is_said() -> None:
    asked = {"judged": "target", "target": 0.6, "tune": ("optimizer.momentum",), "trials": 2}
    found = compared(rates(0.1, 0.2, recipe=moons(train=QUICK)), seeds=2, **asked)
    assert found.notes[0] == "steps are read on validation, on which each arm was tuned"


def test_losses_of_ones_own_are_no_measure() -> None:
    table = moons(data={"source": "diabetes"})
    arms = varied(table, [Vary("train.loss", ("mse", "huber"))])
    with pytest.raises(RecipeError, match="a loss of its own"):
        compared(arms, metric="loss")


def test_arms_of_other_data_are_noted() -> None:
    found = compared(varied(moons(train=QUICK), [Vary("data.split.seed", (0, 1))]), seeds=2)
    assert found.notes[0] == (
        "the arms do not share the split, since data.split.seed differs: "
        "a difference may be one of the data"
    )


def test_a_target_that_is_never_reached_is_said_so() -> None:
    recipe = moons(train=QUICK)
    found = compared(rates(1e-6, 0.2, recipe=recipe), seeds=6, judged="target", target=0.7)
    assert "6 of 12 runs never got there" in found.sentence
    assert "infinity" not in found.sentence


def test_at_equal_time_the_dearer_arm_takes_fewer_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "step_costs", lambda arms, bench: [0.001, 0.002])
    found = compared(rules("sgd", "adam", recipe=moons(train=QUICK)), seeds=2, judged="time")
    taken = {name: outcomes[0].taken for name, outcomes in found.outcomes.items()}
    assert taken["sgd"] == 2 * taken["adam"]
    assert "sgd 28steps at 1 ms, adam 14steps at 2 ms" in found.notes[0]


def test_folds_are_pairs_and_the_test_knows_it() -> None:
    arms = rates(1e-5, 0.1, recipe=moons(data=FOLDED, train=QUICK))
    found = compared(arms, seeds=2)
    assert found.folds == 4
    assert found.measure.part == "val"
    assert found.judgement.pairs == 4
    assert found.judgement.test == "corrected resampled t"
    seeds = np.array([found.measure.of(each) for each in found.outcomes["lr=0.1"]]).reshape(2, 4)
    np.testing.assert_allclose(found.scores("lr=0.1"), seeds.mean(0))
    with pytest.raises(RecipeError, match="folds are judged all at once"):
        compared(arms, until=1.0)


def test_the_fold_that_tunes_does_not_judge() -> None:
    bench = Watched(cores=1)
    arms = rates(1e-5, 0.1, recipe=moons(data=FOLDED, train=QUICK))
    found = compare(arms, Design(seeds=2, tune=("optimizer.momentum",), trials=2), bench)
    tuning = {t.recipe.data.split.fold for t in bench.wanted if t.recipe.seed >= TUNING_SEED}
    judging = {t.recipe.data.split.fold for t in bench.wanted if t.recipe.seed < TUNING_SEED}
    assert (tuning, judging) == ({0}, {1, 2, 3})
    assert found.judgement.pairs == 3
    assert found.notes[0].startswith("one fold has tuned, the others judge; the networks")


def test_seeds_are_added_until_it_is_clear_and_the_beaten_are_dropped() -> None:
    recipe = moons(train={"length": "10ep", "batch_size": 16, "threads": 1})
    bench = Watched(cores=1)
    design = Design(seeds=4, until=0.01, most=12, metric="loss")
    found = compare(rates(1e-5, 0.1, 0.11, recipe=recipe), design, bench)
    counts = {row.arm: row.pairs for row in found.judgement.ranking}
    assert counts["lr=1e-05"] < max(counts.values()) <= 12
    assert len(found.outcomes["lr=1e-05"]) == counts["lr=1e-05"]
    assert f"lr=1e-05 was dropped after {counts['lr=1e-05']} pairs: beaten" in found.notes
    clear = compared(rates(1e-5, 0.1, recipe=recipe), until=0.01, most=64, metric="loss")
    assert clear.judgement.pairs < 64
    assert clear.told


def test_arms_of_other_lengths_are_not_said_to_be_judged_at_equal_steps() -> None:
    arms = varied(moons(train=QUICK), [Vary("train.batch_size", (16, 32))])
    taken = {name: each[0].taken for name, each in compared(arms, seeds=2).outcomes.items()}
    told = ", ".join(f"{name} {steps}" for name, steps in taken.items())
    assert len(set(taken.values())) == 2
    found = compared(arms, seeds=2)
    assert found.notes[-1] == f"the arms train for different numbers of updates: {told}"
    assert dict(wording.design(found))["judged"].endswith(f"own number of updates: {told}")
    even = compared(rates(0.001, 0.1, recipe=moons(train=QUICK)), seeds=2)
    assert dict(wording.design(even))["judged"].endswith(", at equal steps")


def test_a_race_drops_half_way() -> None:
    arms = rates(1e-5, 0.1, 0.11, recipe=moons(train=QUICK))
    found = compared(arms, seeds=16, race=True, metric="loss")
    assert found.judgement.looks == (8, 16)
    assert {row.arm: row.pairs for row in found.judgement.ranking}["lr=1e-05"] == 8


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"baseline": "lr=0.01"}, "no arm is called 'lr=0.01'"),
        ({"metric": "rmse"}, "has no 'rmse'"),
        ({"tune": ("network.widths",)}, "no usual range"),
        ({"tune": ("optimizer.lr=1",)}, "is no range"),
        ({"tune": ("optimizer.lr",)}, "lr=0.001 and lr=0.1 differ in nothing but what is tuned"),
    ],
)
def test_what_cannot_be_asked_is_told_before_anything_is_trained(
    asked: dict[str, Any], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Bench, "run", lambda *_: pytest.fail("it trained"))
    with pytest.raises(RecipeError, match=told):
        compared(**asked)


def test_arms_of_different_kinds_or_folds_cannot_be_compared() -> None:
    table = moons(data={"source": "diabetes"})
    with pytest.raises(RecipeError, match="a classification and a regression"):
        compared([Arm("a", moons()), Arm("b", table)])
    folds = varied(moons(data=FOLDED), [Vary("data.split.folds", (3, 4))])
    with pytest.raises(RecipeError, match="the same folds"):
        compared(folds)


def test_without_a_validation_split_nothing_is_tuned() -> None:
    data = {"source": {"name": "moons", "examples": 160}, "split": {"val": 0.0}}
    with pytest.raises(RecipeError, match="without a validation split"):
        compared(rates(0.1, 0.2, recipe=moons(data=data)), tune=("optimizer.momentum",))


def test_without_a_test_split_that_is_said() -> None:
    data = {"source": {"name": "moons", "examples": 160}, "split": {"test": 0.0}}
    found = compared(rates(0.1, 0.2, recipe=moons(data=data, train=QUICK)), seeds=2)
    assert found.measure.name == "val/accuracy"
    assert found.notes[0].endswith("on validation, which has chosen each run's weights")
    arms, tune = rates(0.1, 0.2, recipe=moons(data=data, train=QUICK)), ("optimizer.momentum",)
    tuned = compared(arms, seeds=2, tune=tune, trials=2)
    assert tuned.notes[0].endswith("which has chosen each arm's values and each run's weights")


def test_percent_is_of_accuracies_alone() -> None:
    arms = rates(0.01, 0.02, recipe=moons(data={"source": "diabetes"}))
    with pytest.raises(RecipeError, match="test/rmse is not measured in percent") as fault:
        compared(arms, until=0.5, percent=("until",))
    assert fault.value.next_step == "write it in the unit of rmse, without the sign: --until 0.5"
    with pytest.raises(RecipeError, match="--margin 1%"):
        compared(judged="target", target=0.7, margin=1.0, percent=("margin",))
