from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest

from tests.comparison.made import moons, rates, rules, scored
from trainlab.comparison.arms import Arm
from trainlab.comparison.design import Design
from trainlab.comparison.measure import Measure
from trainlab.comparison.outcome import Outcome, Trial
from trainlab.comparison.ranges import Range
from trainlab.comparison.running import Bench
from trainlab.comparison.tuning import TUNING_SEED, Tuned, tune
from trainlab.store import jsontext

LOSS = Measure("loss", "test")
RATE = ("optimizer.lr=0.001..1",)
DROPOUT = "regularize.dropout"


class Valley(Bench):
    """A bench that trains nothing: an arm's loss is the distance of its rate from the best one."""

    def __init__(self, **best: float) -> None:
        super().__init__()
        self.best, self.asked = best, list[list[Trial]]()

    def run(self, trials: Any, measure: Any, watch: Any = None) -> list[Outcome]:
        """Score every trial of a round."""
        self.asked.append(list(trials))
        return [self._outcome(trial) for trial in trials]

    def _outcome(self, trial: Trial) -> Outcome:
        rate = trial.recipe.optimizer.lr
        why = "diverged" if rate > 10 * self.best[trial.arm] else "complete"
        loss = abs(rate / self.best[trial.arm] - 1)
        return scored(loss, [2 * loss, loss], why)


class Lucky(Valley):
    """At the best rate any seed but the one that tuned is lost."""

    def _outcome(self, trial: Trial) -> Outcome:
        first = trial.recipe.seed == TUNING_SEED
        if trial.recipe.optimizer.lr > 0.9 * self.best[trial.arm] and not first:
            return scored(math.nan, [], "diverged")
        return super()._outcome(trial)


def arms(*names: str) -> list[Arm]:
    return [Arm(name, moons()) for name in names]


def test_each_arm_finds_its_own_best_at_one_cost() -> None:
    bench = Valley(a=0.1, b=0.01)
    a, b = tune(arms("a", "b"), Design(tune=RATE, trials=7), bench, LOSS)
    assert a.values["optimizer.lr"] == pytest.approx(0.1)
    assert b.values["optimizer.lr"] == pytest.approx(0.01)
    assert len(bench.asked) == 1
    assert not a.at_edge


@pytest.mark.parametrize(("finals", "chosen"), [(0, 0.1), (2, 0.1 / 10**0.5)])
def test_finals_on_other_seeds_leave_out_a_rate_that_one_seed_was_lucky_at(
    finals: int, chosen: float
) -> None:
    bench = Lucky(a=0.1, b=0.01)
    a, b = tune(arms("a", "b"), Design(tune=RATE, trials=7, finals=finals), bench, LOSS)
    assert a.values["optimizer.lr"] == pytest.approx(chosen, rel=1e-3)
    assert b.values["optimizer.lr"] == pytest.approx(chosen / 10, rel=1e-3)
    tried = [trial for trials in bench.asked[1:] for trial in trials]
    assert {trial.recipe.seed - TUNING_SEED for trial in tried} == set(range(1, finals + 1))
    assert len(tried) == 2 * 3 * finals and not any(trial.rungs for trial in tried)
    told = [f"lr {chosen:.3g} is better on other seeds than lr 0.1"] if finals else []
    assert list(a.notes) == told


def test_a_best_at_the_edge_widens_and_costs_every_arm_the_same() -> None:
    bench = Valley(a=3.0, b=0.01)
    a, b = tune(arms("a", "b"), Design(tune=RATE, trials=7), bench, LOSS)
    assert len(bench.asked) > 1
    assert len(a.tried) == len(b.tried)
    assert a.values["optimizer.lr"] > 1
    assert a.notes[0] == "optimizer.lr: the range was widened"
    assert not any("widened" in note for note in b.notes)
    assert max(trial.values["optimizer.lr"] for trial in b.tried) <= 1


def test_a_best_that_is_never_passed_is_said_to_lie_at_the_edge() -> None:
    bench = Valley(a=1e9)
    (a,) = tune(arms("a"), Design(tune=RATE, trials=4), bench, LOSS)
    assert len(bench.asked) == Design().rounds
    assert a.at_edge == ("optimizer.lr",)
    assert "optimizer.lr: the best value lies at the edge of what was tried" in a.notes


def test_who_is_judged_by_a_target_is_tuned_by_it() -> None:
    measure = Measure("loss", "test", target=0.8)
    design = Design(tune=RATE, trials=8, judged="target", target=0.8)
    found = tune(arms("a"), design, Valley(a=0.03), measure)[0]
    scores = {trial.values["optimizer.lr"]: trial.score for trial in found.tried}
    assert scores[0.01931] == -10  # 0.71 at its first evaluation
    assert scores[0.05179] == -20  # 1.45, then 0.73
    assert found.values == {"optimizer.lr": 0.01931}


def test_what_is_noted_was_done() -> None:
    (a,) = tune(arms("a"), Design(tune=RATE, trials=4, rounds=1), Valley(a=1e9), LOSS)
    assert len(a.tried) == 4
    assert a.notes == ("optimizer.lr: the best value lies at the edge of what was tried",)


def test_tuning_sees_validation_alone_on_seeds_of_its_own() -> None:
    bench = Valley(a=0.1)
    tune(arms("a"), Design(tune=RATE), bench, LOSS)
    for trial in bench.asked[0]:
        assert trial.parts == ("val",)
        assert trial.recipe.seed == TUNING_SEED
        assert trial.rungs


def test_what_diverged_is_counted_and_never_chosen() -> None:
    (a,) = tune(arms("a"), Design(tune=("optimizer.lr=0.1..100",), trials=4), Valley(a=0.1), LOSS)
    assert "2 of" in a.notes[-1] or "diverged" in a.notes[-1]
    assert a.values["optimizer.lr"] <= 1
    lost = sum(trial.why == "diverged" for trial in a.tried)
    assert f"{lost} of {len(a.tried)} trials diverged" in a.notes
    (b,) = tune(arms("b"), Design(tune=("optimizer.lr=10..100",), trials=4), Valley(b=1e-9), LOSS)
    assert "no trial came to an end: every one diverged" in b.notes


@pytest.mark.parametrize("trials", [3, 6, 8])
def test_several_values_are_spread_together(trials: int) -> None:
    design = Design(tune=(*RATE, "regularize.dropout"), trials=trials)
    bench = Valley(a=0.03)
    (a,) = tune(arms("a"), design, bench, LOSS)
    first = [trial.recipe for trial in bench.asked[0]]
    assert len({recipe.optimizer.lr for recipe in first}) == trials
    assert len({recipe.regularize.dropout for recipe in first}) == trials
    assert a.values.keys() == {"optimizer.lr", "regularize.dropout"}
    assert all(0 <= trial.values["regularize.dropout"] < 1 for trial in a.tried)


class Bowl(Valley):
    """The best is one point of the box: a rate and a share."""

    def _outcome(self, trial: Trial) -> Outcome:
        recipe = trial.recipe
        off = math.log10(recipe.optimizer.lr / self.best["lr"]) / 3, recipe.regularize.dropout
        return scored(math.hypot(off[0], off[1] - self.best["dropout"]))


BOX = (*RATE, "regularize.dropout=0..0.8")


def _shares(trials: Sequence[Trial]) -> np.ndarray:
    """Give where trials lie in the box: [trials, 2]."""
    found = [(t.recipe.optimizer.lr, t.recipe.regularize.dropout) for t in trials]
    return np.array([(math.log10(lr / 0.001) / 3, dropout / 0.8) for lr, dropout in found])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_first_round_covers_the_box(seed: int) -> None:
    bench = Bowl(lr=0.03, dropout=0.4)
    recipe = moons().model_copy(update={"seed": seed})
    tune([Arm("a", recipe), Arm("b", recipe)], Design(tune=BOX, trials=8), bench, LOSS)
    first = _shares(bench.asked[0])
    np.testing.assert_array_equal(first[:8], first[8:])
    for columns in ([8, 1], [4, 2], [2, 4], [1, 8]):  # one trial in each cell, however it is cut
        assert len({tuple(cell) for cell in np.floor(first[:8] * columns).astype(int)}) == 8
    assert not np.allclose(first[0], _first_of_seed_0())


def _first_of_seed_0() -> np.ndarray:
    bench = Bowl(lr=0.03, dropout=0.4)
    tune(arms("a"), Design(tune=BOX, trials=8), bench, LOSS)
    return _shares(bench.asked[0])[0]


@pytest.mark.parametrize(("lr", "dropout"), [(0.03, 0.4), (0.005, 0.6), (0.2, 0.1)])
def test_the_second_round_is_about_the_best_on_all_sides(lr: float, dropout: float) -> None:
    bench = Bowl(lr=lr, dropout=dropout)
    (a,) = tune(arms("a"), Design(tune=BOX, trials=16, rounds=2), bench, LOSS)
    first, second = map(_shares, bench.asked)
    truth = np.array([math.log10(lr / 0.001) / 3, dropout / 0.8])
    best = first[np.hypot(*(first - truth).T * [[1], [0.8]]).argmin()]
    assert (np.abs(second - best) <= 1 / 8 + 0.01).all()
    assert abs(np.corrcoef(second.T)[0, 1]) < 0.6  # not one diagonal
    assert len(a.tried) == 24
    assert np.hypot(*(second - truth).T).min() < 0.1


def test_an_edge_of_the_box_is_passed() -> None:
    bench = Bowl(lr=8.0, dropout=0.4)
    (a,) = tune(arms("a"), Design(tune=BOX, trials=8), bench, LOSS)
    assert a.values["optimizer.lr"] > 1
    assert "optimizer.lr: the range was widened" in a.notes


class Shares(Valley):
    """The best is the highest share there is, or the lowest."""

    def __init__(self, key: str, sign: float) -> None:
        super().__init__()
        self.key, self.sign = key, sign

    def _outcome(self, trial: Trial) -> Outcome:
        section, _, name = self.key.partition(".")
        return scored(2 - self.sign * getattr(getattr(trial.recipe, section), name))


@pytest.mark.parametrize("sign", [-1.0, 1.0])
@pytest.mark.parametrize("text", ["regularize.dropout", "regularize.dropout=0.1..0.9"])
def test_a_range_widens_no_further_than_the_recipe_allows(text: str, sign: float) -> None:
    bench = Shares("regularize.dropout", sign)
    (a,) = tune(arms("a"), Design(tune=(text,), trials=4), bench, LOSS)
    values = [trial.values["regularize.dropout"] for trial in a.tried]
    assert all(0 <= value < 1 for value in values)
    assert len(bench.asked) <= Design().rounds
    if sign < 0 and text == "regularize.dropout":
        assert a.values["regularize.dropout"] == 0
        assert not a.at_edge


def test_an_even_range_is_that_of_its_numbers() -> None:
    """All that was even was once taken for a share, and cut at 0.999."""
    one, box = Design(tune=("optimizer.lr=0..10",), trials=9), ("optimizer.lr=0..10", DROPOUT)
    (wide,) = tune(arms("a"), one, Valley(a=40.0), LOSS)
    values = [trial.values["optimizer.lr"] for trial in wide.tried]
    assert values[:9] == Range("optimizer.lr", 0.0, 10.0, log=False).points(9)
    assert min(values[9:13]) > 10
    assert "optimizer.lr: the range was widened" in wide.notes
    (several,) = tune(arms("a"), Design(tune=box, trials=16), Valley(a=3.1), LOSS)
    spread = [trial.values["optimizer.lr"] for trial in several.tried]
    assert max(spread) > 5 and len(set(spread)) == len(spread)


def test_a_share_is_widened_to_where_the_recipe_ends() -> None:
    bench = Shares("optimizer.momentum", 1.0)
    (a,) = tune(arms("a"), Design(tune=("optimizer.momentum",), trials=4), bench, LOSS)
    values = [trial.values["optimizer.momentum"] for trial in a.tried]
    assert 0.99 < a.values["optimizer.momentum"] < 1
    assert len(set(values)) == len(values)


def test_real_trainings_prefer_a_rate_that_learns() -> None:
    recipe = moons(train={"length": "8ep", "batch_size": 16, "threads": 1})
    design = Design(tune=("optimizer.lr=1e-6..10",), trials=8)
    found = tune(rules("sgd", "adam", recipe=recipe), design, Bench(cores=1), Measure("accuracy"))
    assert [each.arm for each in found] == ["sgd", "adam"]
    for each in found:
        assert 1e-3 < each.values["optimizer.lr"] <= 10
        assert sum(trial.why == "dropped" for trial in each.tried) >= 6
    assert len({len(each.tried) for each in found}) == 1


def test_it_survives_json() -> None:
    (a,) = tune(rates(0.1), Design(tune=RATE, trials=2), Valley(**{"lr=0.1": 0.1}), LOSS)
    assert Tuned.of(jsontext.loads(jsontext.dumps(asdict(a)))) == a
