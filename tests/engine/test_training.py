from __future__ import annotations

import pytest
import torch

from tests.laws.trainings import finish, ready, recipe_of, task_of
from trainlab.engine.record import Evaluated, Reading, Snapshot, Started, Stopped
from trainlab.errors import RecipeError
from trainlab.recipe import expand

TASK = task_of((6,))


def test_events_come_in_their_order() -> None:
    done, events = finish(ready(expand(recipe_of(seeds=2)), TASK))
    assert isinstance(events[0], Started)
    assert events[0].steps == done.step == 15
    evaluated = [e.step for e in events if isinstance(e, Evaluated)]
    assert evaluated == [5, 10, 15]
    assert [e.step for e in events if isinstance(e, Reading)] == list(range(1, 16))
    assert [e.step for e in events if isinstance(e, Snapshot)] == [15]
    assert [e.why for e in events if isinstance(e, Stopped)] == ["complete"] * 2


def test_training_lowers_the_loss() -> None:
    _, events = finish(ready([recipe_of(train={"length": "40ep"}, optimizer={"lr": 0.02})], TASK))
    losses = [e.values["train/loss"][0] for e in events if isinstance(e, Reading)]
    assert sum(losses[-10:]) < 0.5 * sum(losses[:10])


def test_the_chosen_weights_are_those_of_the_best_evaluation() -> None:
    training = ready([recipe_of(train={"length": "40ep"}, optimizer={"lr": 0.05})], TASK)
    done, events = finish(training)
    scores = {e.step: e.values["val/loss"][0] for e in events if isinstance(e, Evaluated)}
    assert done.chosen_step[0] == min(scores, key=lambda step: scores[step])
    assert done.chosen_step[0] < done.step
    assert not torch.equal(done.weights["output.weight"], done.last["output.weight"])


def test_a_member_stops_early_and_half_stopped_leave_the_matrix() -> None:
    recipe = recipe_of(
        seeds=4,
        train={"length": "60ep"},
        optimizer={"lr": 0.05},
        regularize={"early_stopping": 2},
    )
    training = ready(expand(recipe), TASK)
    _, events = finish(training)
    early = {e.member: e.step for e in events if isinstance(e, Stopped) and e.why == "early"}
    assert early
    for member, step in early.items():
        later = [e for e in events if isinstance(e, Evaluated) and e.step > step]
        assert all(member not in e.members for e in later)
    if len(early) >= 2:
        assert training.population.p < 4


def test_without_validation_the_last_weights_are_chosen() -> None:
    from trainlab.data import SOURCES, SplitOptions, prepare

    task, _ = prepare(SOURCES["iris"].load(), SplitOptions(val=0.0), ["standardize"])
    done, events = finish(ready([recipe_of()], task))
    assert not [e for e in events if isinstance(e, Evaluated)]
    assert torch.equal(done.weights["output.weight"], done.last["output.weight"])


def test_members_of_different_lengths() -> None:
    base = recipe_of()
    members = [base, base.replace("train.length", "1ep"), base.replace("train.length", "2ep")]
    done, events = finish(ready(members, TASK))
    stops = {e.member: e.step for e in events if isinstance(e, Stopped)}
    assert stops == {1: 5, 2: 10, 0: 15}
    assert done.members == (0, 1, 2)


def test_reduce_on_plateau_lowers_each_members_own_rate() -> None:
    schedule = {"name": "plateau", "gamma": 0.1, "patience": 0, "threshold": 0.9}
    recipe = recipe_of(seeds=2, schedule=schedule, train={"length": "4ep"})
    _, events = finish(ready(expand(recipe), TASK))
    rates = [e.values["lr"] for e in events if isinstance(e, Reading)]
    assert rates[0] == [0.001, 0.001]
    assert max(rates[-1]) < 0.0005


def test_a_reading_tells_every_number_that_a_schedule_moves() -> None:
    linear = {"name": "linear"}
    recipe = recipe_of(
        seeds=2,
        optimizer={"weight_decay": 0.1},
        regularize={"dropout": 0.4, "input_noise": 0.2},
        schedules={
            "weight_decay": linear,
            "dropout": linear,
            "input_noise": linear,
            "batch_size": {"name": "step", "every": "1ep", "gamma": 2.0},
        },
        train={"length": "3ep", "evaluate_every": "1ep"},
    )
    training = ready(expand(recipe), TASK)
    _, events = finish(training)
    told = [e for e in events if isinstance(e, Reading)]
    steps = training.feed.pace
    for reading in told:
        left = 1 - float(steps.positions(torch.tensor(reading.step - 1))) / (3 * steps.usual)
        for name, value in {"weight_decay": 0.1, "dropout": 0.4, "input_noise": 0.2}.items():
            assert reading.values[name] == pytest.approx([value * left] * 2)
    sizes = {int(reading.epoch - 1e-9): reading.values["batch_size"] for reading in told}
    assert sizes == {0: [8, 8], 1: [16, 16], 2: [32, 32]}
    (_, plain) = finish(ready([recipe_of()], TASK))
    names = next(e.values for e in plain if isinstance(e, Reading))
    assert list(names) == ["train/loss", "lr", "gradient/norm"]


def test_it_stops_between_two_steps_when_asked() -> None:
    training = ready([recipe_of()], TASK)
    training.stop = lambda: training.t == 7
    from trainlab.engine.loop import train

    events = list(train(training))
    assert training.stopped
    assert isinstance(events[-1], Snapshot)
    assert events[-1].step == 7


def test_a_member_may_end_with_its_last_weights() -> None:
    stopping = {"patience": 2, "restore_best": False}
    recipe = recipe_of(
        train={"length": "40ep"}, optimizer={"lr": 0.05}, regularize={"early_stopping": stopping}
    )
    done, _ = finish(ready([recipe], TASK))
    assert torch.equal(done.weights["output.weight"], done.last["output.weight"])
    assert done.chosen_step[0] < 200


def test_a_regression_has_no_accuracy_to_watch() -> None:
    recipe = recipe_of(regularize={"early_stopping": {"monitor": "val/accuracy"}})
    with pytest.raises(RecipeError, match="no 'val/accuracy' to watch"):
        ready([recipe], task_of((6,), "regression"))
    ready(
        [recipe.replace("regularize.early_stopping.monitor", "val/r2")], task_of((6,), "regression")
    )
