from __future__ import annotations

from tests.laws.trainings import ready, recipe_of, task_of
from trainlab.engine.loop import train
from trainlab.engine.record import Finished, Reading


def test_the_loop_can_be_left_and_taken_up() -> None:
    task = task_of((6,))
    training = ready([recipe_of()], task)
    for event in train(training):
        if isinstance(event, Reading) and event.step == 6:
            break
    assert training.t == 6
    assert isinstance(list(train(training))[-1], Finished)
    assert training.t == 15
