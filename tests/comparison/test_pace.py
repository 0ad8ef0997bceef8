from __future__ import annotations

import pytest

from tests.comparison.made import rates, rules
from trainlab.comparison import pace
from trainlab.comparison.outcome import Outcome
from trainlab.comparison.pace import equal_time, step_costs
from trainlab.comparison.running import Bench
from trainlab.engine.training import Training


class Clock:
    """A clock that goes on by what a step costs, for each training in the order they begin in."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *costs: float) -> None:
        self.now, self.steps = 0.0, 0
        began: list[Training] = []

        def advance(training: Training) -> None:
            if not any(each is training for each in began):
                began.append(training)
            (place,) = [at for at, each in enumerate(began) if each is training]
            self.steps += 1
            self.now += costs[place]

        monkeypatch.setattr(Training, "advance", advance)
        monkeypatch.setattr(pace.time, "perf_counter", lambda: self.now)


def test_a_step_is_timed_and_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch, 0.25, 0.5)
    kept: dict[str, Outcome] = {}
    bench = Bench(keep=kept.__setitem__)
    assert step_costs(rules("sgd", "adam"), bench) == pytest.approx([0.25, 0.5])
    taken = clock.steps
    again = Bench(known=kept)
    assert step_costs(rules("sgd", "adam"), again) == pytest.approx([0.25, 0.5])
    assert clock.steps == taken


def test_lengths_take_the_time_of_the_first() -> None:
    found = equal_time(rates(0.1, 0.2, 0.3), [0.25, 0.5, 0.125], Bench())
    steps = [int(str(arm.recipe.train.length).removesuffix("steps")) for arm in found]
    assert steps == [steps[0], steps[0] // 2, steps[0] * 2]
    assert steps[0] == 8 * (112 // 16)
