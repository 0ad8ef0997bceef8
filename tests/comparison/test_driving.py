from __future__ import annotations

import math
from dataclasses import asdict

import pytest

from tests.comparison.made import rates
from trainlab.comparison import driving
from trainlab.comparison.driving import Drive, Tape
from trainlab.comparison.measure import Measure
from trainlab.comparison.outcome import Trial
from trainlab.comparison.pieces import pieces_of
from trainlab.comparison.running import Bench
from trainlab.engine.record import Evaluated, Reading, Snapshot, Stopped
from trainlab.store import jsontext


def saved(monkeypatch: pytest.MonkeyPatch, took: float) -> tuple[list[Snapshot], int]:
    """Drive a training by a clock on which a step takes a second, and saving as long as is said."""
    now = [0.0]
    states: list[Snapshot] = []

    def save(state: Snapshot) -> None:
        states.append(state)
        now[0] += took

    def stop() -> bool:
        now[0] += 1
        return False

    monkeypatch.setattr(driving.time, "monotonic", lambda: now[0])
    (piece,) = pieces_of([Trial(arm.recipe) for arm in rates(0.1, 0.2)], cores=1)
    training = Bench().experiment(piece.program.recipe).training(program=piece.program)
    Drive(piece, training, Measure("accuracy", "val"), save, Tape(2))(lambda share: None, stop)
    return states, training.t


def test_a_state_is_saved_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driving, "EVERY", 10.0)
    states, steps = saved(monkeypatch, took=0.0)
    assert [state.step for state in states] == list(range(10, steps + 1, 10))
    assert all("tape" in state.facts for state in states)


def test_what_is_slow_to_save_is_saved_less_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driving, "EVERY", 10.0)
    monkeypatch.setattr(driving, "COST", 0.1)
    states, steps = saved(monkeypatch, took=2.5)
    assert [state.step for state in states] == list(range(10, steps + 1, 25))


def test_a_tape_survives_json() -> None:
    tape = Tape(2, rung=1)
    tape.see(
        Reading(step=1, epoch=0, members=(0, 1), values={"train/loss": [0.1, math.inf]}, seconds=0)
    )
    tape.see(
        Evaluated(
            step=1, epoch=0, split="val", members=(1,), values={"val/loss": [0.1]}, best=(True,)
        )
    )
    tape.see(Stopped(step=2, member=0, why="diverged", detail="x"))
    assert Tape.of(jsontext.loads(jsontext.dumps(asdict(tape)))) == tape
