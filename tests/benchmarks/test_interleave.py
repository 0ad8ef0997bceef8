from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import interleave
from benchmarks.interleave import best_threads, bootstrap, compare, print_json


class Clock:
    """A clock that only programs move."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now, self.ran = 0.0, ""
        monkeypatch.setattr(interleave, "perf_counter", lambda: self.now)

    def program(self, name: str, seconds: float):  # type: ignore[no-untyped-def]
        def run() -> None:
            self.now += seconds
            self.ran += name

        return run


def test_the_ratio_is_ours_over_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    result = compare(clock.program("a", 1.0), clock.program("b", 4.0), repeats=9, warm_up=0)
    assert (result.ratio, result.low, result.high) == (0.25, 0.25, 0.25)
    assert (result.ours, result.theirs, result.n) == (1.0, 4.0, 9)


def test_work_is_shared_out(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    ours, theirs = clock.program("a", 8.0), clock.program("b", 4.0)
    result = compare(ours, theirs, repeats=3, warm_up=0, work=32)
    assert result.ratio == 8 / 32 / 4
    assert result.ours == 0.25


def test_every_round_runs_both_and_the_order_varies(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    compare(clock.program("a", 1.0), clock.program("b", 1.0), repeats=40, warm_up=3)
    rounds = [clock.ran[i : i + 2] for i in range(0, len(clock.ran), 2)]
    assert rounds[:3] == ["ab"] * 3
    assert set(rounds[3:]) == {"ab", "ba"}
    assert len(rounds) == 43
    assert 10 <= rounds[3:].count("ab") <= 30


def test_each_side_runs_with_its_threads() -> None:
    seen: list[int] = []

    def look() -> None:
        seen.append(torch.get_num_threads())

    compare(look, look, repeats=5, warm_up=1, threads=(1, 2))
    torch.set_num_threads(1)
    assert sorted(set(seen)) == [1, 2]
    assert seen[:2] == [1, 2]


def test_the_best_number_of_threads_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    monkeypatch.setattr(interleave, "cores", lambda: 2)

    def better_alone() -> None:
        clock.now += torch.get_num_threads()

    def better_together() -> None:
        clock.now += 1 / torch.get_num_threads()

    assert (best_threads(better_alone), best_threads(better_together)) == (1, 2)
    torch.set_num_threads(1)


def test_a_slow_moment_of_the_machine_does_not_move_the_median(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Clock(monkeypatch)

    def stumbling() -> None:
        clock.now += 100.0 if len(clock.ran) == 11 else 2.0
        clock.ran += "a"

    assert compare(stumbling, clock.program("", 1.0), repeats=21, warm_up=0).ratio == 2.0


@given(st.lists(st.floats(0.1, 10), min_size=1, max_size=30))
def test_the_interval_lies_within_the_values_and_around_their_median(values: list[float]) -> None:
    low, high = bootstrap(values)
    assert min(values) <= low <= high <= max(values)
    assert low <= np.median(values) * (1 + 1e-12)
    assert high >= np.median(values) * (1 - 1e-12)


def test_the_interval_covers_the_median_as_often_as_it_says() -> None:
    draws = np.random.default_rng(0).exponential(size=(200, 25))
    covered = [low <= np.log(2) <= high for low, high in (bootstrap(list(d)) for d in draws)]
    assert 0.90 <= np.mean(covered) <= 0.99


def test_a_result_is_one_line_of_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = Clock(monkeypatch)
    result = compare(clock.program("a", 1.0), clock.program("b", 3.0), repeats=3, warm_up=0)
    print_json("step/digits-mlp/raw", result)
    (line,) = capsys.readouterr().out.splitlines()
    said = json.loads(line)
    assert said["benchmark"] == "step/digits-mlp/raw"
    assert said["ratio"] == 0.3333
    assert {"low", "high", "n", "machine", "cores", "threads", "torch"} <= said.keys()
