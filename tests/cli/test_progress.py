from __future__ import annotations

import math
from dataclasses import replace

import pytest

from tests.cli.events import started, training
from trainlab.cli.progress import Progress
from trainlab.engine.record import Evaluated, Reading, Stopped


@pytest.fixture
def after() -> Progress:
    """Give the progress at the end of a training that takes 0.1 s a step."""
    progress = Progress()
    for event in training():
        progress.tell(event, 10 + 0.1 * getattr(event, "step", 0))
    return progress


def test_a_whole_training_is_counted(after: Progress) -> None:
    assert (after.step, after.steps, after.epoch, after.epochs) == (200, 200, 10, 10)
    assert after.counted() == {"training": 6, "diverged": 1, "early": 1}
    assert after.lost[6].detail == "the gradient of hidden.1.weight"
    assert after.member_steps == 60 * 8 + 60 * 7 + 80 * 6


def test_pace_and_time_left_follow_the_clock() -> None:
    progress = Progress()
    progress.tell(started(members=2, steps=100), now=5.0)
    assert progress.left(5.0) is None
    assert progress.pace() is None
    progress.tell(
        Reading(step=25, epoch=1, members=(0, 1), values={"train/loss": [1.0, 3.0]}, seconds=1),
        now=10.0,
    )
    assert progress.pace() == 10  # 25 steps of 2 members in 5 s
    assert progress.left(10.0) == 15
    assert progress.elapsed(11.0) == 6
    assert progress.scores["train/loss"].mean == 2
    assert progress.scores["train/loss"].spread == pytest.approx(math.sqrt(2))


def test_epochs_that_differ_in_steps_are_those_that_the_events_tell() -> None:
    """Batches that grow make the later epochs shorter: steps do not tell epochs."""
    progress = Progress()
    progress.tell(replace(started(members=1, steps=30), epochs=4.0), now=0)
    assert (progress.epoch, progress.epochs) == (0.0, 4.0)
    values = {"val/loss": [1.0]}
    progress.tell(Evaluated(step=20, epoch=2.0, split="val", members=(0,), values=values), now=1)
    assert (progress.step, progress.epoch) == (20, 2.0)


def test_numbers_that_are_not_finite_do_not_count() -> None:
    progress = Progress()
    progress.tell(started(members=3), now=0)
    values = {"val/loss": [1.0, math.nan, math.inf], "val/accuracy": [math.nan] * 3}
    progress.tell(
        Evaluated(step=1, epoch=0.05, split="val", members=(0, 1, 2), values=values), now=1
    )
    assert (progress.scores["val/loss"].mean, progress.scores["val/loss"].n) == (1.0, 1)
    assert "val/accuracy" not in progress.scores


def test_the_next_program_starts_over(after: Progress) -> None:
    after.tell(started(members=2, steps=50), now=100)
    assert (after.begun, after.step, after.lost, after.curves) == (2, 0, {}, {})
    assert after.elapsed(101) == 1


def test_a_member_stops_once() -> None:
    progress = Progress()
    progress.tell(started(members=2), now=0)
    for _ in range(2):
        progress.tell(Stopped(step=3, member=1, why="dropped"), now=1)
    assert progress.counted() == {"training": 1, "dropped": 1}


def test_a_resume_goes_on_with_the_curves_that_are_known(after: Progress) -> None:
    known = len(after.curves["val/loss"])
    after.tell(replace(started(), step=120), now=100)
    assert (after.begun, after.step, after.first) == (1, 120, 120)
    assert len(after.curves["val/loss"]) == known
    assert after.training == 6
