from __future__ import annotations

from collections.abc import Sequence

import pytest
import torch

from tests.comparison.made import moons, rates, rules
from trainlab.comparison import running
from trainlab.comparison.arms import Arm
from trainlab.comparison.halving import RUNGS
from trainlab.comparison.measure import Measure
from trainlab.comparison.outcome import Outcome, Trial
from trainlab.comparison.running import Bench
from trainlab.errors import Interrupted

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


def test_a_stop_is_told_and_the_rest_goes_on_to_the_same_result() -> None:
    wanted = trials(rates(0.01, 0.1), 2)
    straight = Bench(cores=1).run(wanted, ACCURACY)
    asked = iter([False] * 20 + [True] * 10_000)
    bench = Bench(cores=1, stop=lambda: next(asked))
    with pytest.raises(Interrupted, match="stopped after step"):
        bench.run(wanted, ACCURACY)
    bench.stop = bool
    assert all(map(same, straight, bench.run(wanted, ACCURACY)))


def test_a_training_that_diverges_has_a_curve_and_no_score() -> None:
    lost, fine = Bench(cores=1).run(
        [Trial(arm.recipe, "", ("test",)) for arm in rates(1e9, 0.05)], ACCURACY
    )
    assert lost.why == "diverged"
    assert lost.taken < fine.taken
    assert "test/accuracy" not in lost.scores
    assert fine.scores["test/accuracy"] > 0.5


@pytest.mark.parametrize(("device", "pieces"), [("cpu", 2), ("cuda", 1)])
def test_a_program_is_cut_for_cores_and_not_for_a_gpu(
    device: str, pieces: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "device_of", lambda wanted: torch.device(device))
    assert len(Bench(cores=2)._programs(trials(rules("sgd", "adam"), seeds=4))) == pieces


def test_programs_that_use_all_cores_themselves_run_too() -> None:
    train = {"length": "2ep", "batch_size": 16, "threads": 1, "batching": "rows"}
    found = Bench(cores=2).run(trials(rates(0.01, recipe=moons(train=train)), 2), ACCURACY)
    assert [outcome.why for outcome in found] == ["complete"] * 2
