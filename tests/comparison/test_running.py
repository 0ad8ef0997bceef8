from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.comparison.made import moons, rates, rules
from trainlab.comparison.arms import Arm
from trainlab.comparison.halving import RUNGS
from trainlab.comparison.measure import Measure
from trainlab.comparison.outcome import Outcome, Trial
from trainlab.comparison.running import Bench
from trainlab.errors import Interrupted
from trainlab.store.unfinished import Unfinished

ACCURACY = Measure("accuracy", "val")


def trials(arms: Sequence[Arm], seeds: int = 3, rungs: tuple[float, ...] = ()) -> list[Trial]:
    return [
        Trial(arm.recipe.replace("seed", seed), arm.name, ("val", "test"), rungs)
        for arm in arms
        for seed in range(seeds)
    ]


def same(first: Outcome, second: Outcome) -> bool:
    """Whether two trainings took the same way: times differ, and the last figures of products."""
    return (
        (first.steps, first.why, first.taken) == (second.steps, second.why, second.taken)
        and first.curve.keys() == second.curve.keys()
        and all(first.curve[n] == pytest.approx(second.curve[n], abs=1e-5) for n in first.curve)
        and dict(first.scores) == pytest.approx(dict(second.scores), abs=1e-5)
    )


def timeless(outcome: Outcome) -> Outcome:
    return replace(outcome, seconds=0.0)


def test_programs_give_what_single_trainings_give() -> None:
    wanted = trials([*rates(0.01, 0.1), *rules("adam")])
    together = Bench(cores=1).run(wanted, ACCURACY)
    alone = [Bench(cores=1).run([trial], ACCURACY)[0] for trial in wanted]
    assert all(map(same, together, alone))
    assert len({found.scores["val/loss"] for found in together}) == len(wanted)
    assert {"val/accuracy", "test/accuracy", "train/loss"} <= together[0].scores.keys()
    assert together[0].taken == together[0].steps[-1]


@pytest.mark.parametrize("cores", [2, 3])
def test_pieces_side_by_side_give_what_one_program_gives(cores: int) -> None:
    wanted = trials(rates(0.01, 0.1), 8)
    whole = Bench(cores=1).run(wanted, ACCURACY)
    assert all(map(same, whole, Bench(cores=cores).run(wanted, ACCURACY)))


@pytest.mark.parametrize("cores", [1, 2])
def test_at_rungs_an_arm_keeps_its_best_wherever_it_runs(cores: int) -> None:
    many = rates(1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.05, 0.1, 0.5)
    wanted = [Trial(arm.recipe, rule, ("val",), RUNGS) for rule in "ab" for arm in many]
    found = Bench(cores=cores).run(wanted, Measure("loss", "val"))
    for own in (found[:8], found[8:]):
        assert [outcome.why for outcome in own].count("dropped") == 7
        assert sorted(outcome.taken for outcome in own)[0] < own[-1].taken or cores
        (left,) = [outcome for outcome in own if outcome.whole]
        assert left.taken == max(outcome.taken for outcome in own)
    assert [o.why for o in found[:8]] == [o.why for o in found[8:]]


def test_what_is_known_is_not_trained_again() -> None:
    kept: dict[str, Outcome] = {}
    bench = Bench(cores=1, keep=kept.__setitem__)
    wanted = trials(rates(0.01, 0.1), 2)
    shares: list[float] = []
    found = bench.run(wanted, ACCURACY, shares.append)
    assert sum(shares) == pytest.approx(len(wanted))
    assert kept == bench.known == dict(zip([trial.key for trial in wanted], found, strict=True))
    kept.clear()
    again: list[float] = []
    assert bench.run(wanted, ACCURACY, again.append) == found
    assert again == [len(wanted)]
    assert not kept


def test_progress_is_told_between_two_looks() -> None:
    """A training that is looked at once, at its end, is not silent until then."""
    shares: list[float] = []
    train = {"length": "40steps", "evaluate_every": "40steps"}
    arms = trials(rates(0.01, recipe=moons(train=train)), 1)
    Bench(cores=1).run(arms, ACCURACY, shares.append)
    assert sum(share > 0 for share in shares) >= 40
    assert sum(shares) == pytest.approx(1)


def test_a_source_is_read_and_hashed_once_for_all_that_prepare_it_differently(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bench = Bench()
    whole, other = moons(), moons().replace("data.source.examples", 161)
    scaled = moons().replace("data.preprocess", ["minmax"])
    first, second, third = map(bench.experiment, (whole, scaled, other))
    assert first is not second and first.prepared is not second.prepared
    assert first.raw is second.raw and first.raw is not third.raw


class Counted:
    """Asked after each step whether to stop: yes after so many."""

    def __init__(self, most: float = math.inf) -> None:
        self.steps, self.most = 0, most

    def __call__(self) -> bool:
        self.steps += 1
        return self.steps >= self.most


def test_a_stop_is_told_and_no_step_is_taken_twice(tmp_path: Path) -> None:
    wanted = trials(rates(0.01, 0.1), 2)
    steps = Counted()
    straight = Bench(cores=1, stop=steps).run(wanted, ACCURACY)
    bench = Bench(cores=1, stop=Counted(20), states=Unfinished(tmp_path / "under way"))
    with pytest.raises(Interrupted, match="stopped after step 20"):
        bench.run(wanted, ACCURACY)
    bench.stop = rest = Counted()
    shares: list[float] = []
    assert list(map(timeless, bench.run(wanted, ACCURACY, shares.append))) == list(
        map(timeless, straight)
    )
    assert rest.steps == steps.steps - 20
    assert shares[0] == pytest.approx(4 * 20 / steps.steps)
    assert sum(shares) == pytest.approx(4)


def test_what_was_trained_together_goes_on_together(tmp_path: Path) -> None:
    """A piece that is left alone is not cut again, and those who compete all take part."""
    wanted = trials(rates(0.01, 0.1), 8, RUNGS)
    states = Unfinished(tmp_path / "under way")
    first, other = Bench(cores=2, states=states)._pieces(wanted)
    scored = Bench(cores=1).run(first.trials, ACCURACY)
    known = dict(zip(first.keys, scored, strict=True)) | {other.keys[0]: scored[0]}
    for cores in (1, 2, 4):
        (again,) = Bench(cores=cores, states=states, known=known)._pieces(wanted)
        assert again.keys == other.keys


def test_arms_that_are_the_same_are_trained_once_and_compete_apart() -> None:
    wanted = trials([Arm("a", moons()), Arm("b", moons())], 4)
    kept: list[str] = []
    found = Bench(cores=1, keep=lambda key, outcome: kept.append(key)).run(wanted, ACCURACY)
    assert len(kept) == 4 and found[:4] == found[4:]
    with_rungs = trials([Arm("a", moons()), Arm("b", moons())], 4, RUNGS)
    assert len({trial.key for trial in with_rungs}) == 8


def test_a_training_that_diverges_has_a_curve_and_no_score() -> None:
    lost, fine = Bench(cores=1).run(
        [Trial(arm.recipe, "", ("test",)) for arm in rates(1e9, 0.05)], ACCURACY
    )
    assert lost.why == "diverged"
    assert lost.taken < fine.taken
    assert "test/accuracy" not in lost.scores
    assert fine.scores["test/accuracy"] > 0.5


def test_programs_that_use_all_cores_themselves_run_too() -> None:
    train = {"length": "2ep", "batch_size": 16, "threads": 1, "batching": "rows"}
    found = Bench(cores=2).run(trials(rates(0.01, recipe=moons(train=train)), 2), ACCURACY)
    assert [outcome.why for outcome in found] == ["complete"] * 2
