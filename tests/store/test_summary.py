from __future__ import annotations

import math
from dataclasses import replace

import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from tests.store.conftest import evaluated, finished, reading, training
from trainlab.engine.record import Stopped
from trainlab.store import Logged, Member, interval, outcomes, seeds_of_one_program
from trainlab.store.summary import summarise

MEMBERS = seeds_of_one_program([10, 11, 12])
spread = st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=30).filter(
    lambda v: max(v) - min(v) > 1
)


@given(spread, st.sampled_from([0.5, 0.9, 0.95, 0.99]))
def test_the_interval_is_students(values: list[float], level: float) -> None:
    found = interval(values, level)
    sem = scipy.stats.sem(values)
    low, high = scipy.stats.t.interval(level, len(values) - 1, loc=found.mean, scale=sem)
    assert found.low == pytest.approx(low, rel=1e-9, abs=1e-9)
    assert found.high == pytest.approx(high, rel=1e-9, abs=1e-9)
    assert found.n == len(values)


def test_one_seed_has_no_interval_and_none_has_no_mean() -> None:
    assert interval([0.9]).mean == 0.9
    assert math.isnan(interval([0.9]).half)
    assert math.isnan(interval([]).mean)


def test_members_are_followed_to_their_chosen_step() -> None:
    tested = replace(evaluated(12), split="test", values={"test/accuracy": [0.1, 0.2, 0.3]})
    found = outcomes([Logged(0, event) for event in (*training(), tested)], MEMBERS)
    assert [outcome.steps for outcome in found] == [12, 12, 12]
    assert [outcome.best_step for outcome in found] == [12, 12, 8]
    assert {outcome.why for outcome in found} == {"complete"}
    assert found[1].scores == {
        "val/accuracy": evaluated(12).values["val/accuracy"][1],
        "test/accuracy": 0.2,
    }
    assert found[2].scores["val/accuracy"] == evaluated(8).values["val/accuracy"][2]


def test_an_unfinished_run_is_judged_at_its_best_so_far() -> None:
    events = [evaluated(4), replace(evaluated(8), best=(False, False, True)), reading(9)]
    found = outcomes([Logged(0, event) for event in events], MEMBERS)
    assert found[0].scores == {"val/accuracy": evaluated(4).values["val/accuracy"][0]}
    assert found[2].scores == {"val/accuracy": evaluated(8).values["val/accuracy"][2]}
    assert (found[0].why, found[0].steps) == ("running", 9)


def test_a_diverged_member_is_in_no_mean() -> None:
    lost = Stopped(step=3, member=1, why="diverged", detail="loss")
    events = [Logged(0, event) for event in (*training(), lost)]
    summary = summarise(events, MEMBERS)
    (line,) = summary["scores"]
    kept = [summary["members"][at]["scores"]["val/accuracy"] for at in (0, 2)]
    assert (summary["diverged"], line["n"], line["mean"]) == (1, 2, pytest.approx(sum(kept) / 2))
    assert summary["members"][1]["detail"] == "loss"


def test_cost_is_that_of_all_programs() -> None:
    members = [*MEMBERS, Member(member=3, seed=7, program=1, place=0, differs={"lr": 1})]
    one = replace(finished(), members=(0,), chosen_step=(12,), seconds=2.0)
    stop = Stopped(step=12, member=0, why="complete")
    events = [Logged(0, e) for e in training()] + [Logged(1, stop), Logged(1, one)]
    summary = summarise(events, members)
    assert summary["seconds"] == 8.0
    assert summary["member_steps"] == 48
    assert summary["member_steps_per_second"] == 6.0
    assert summary["parameters"] == 6
    assert summary["members"][3]["arm"] == "lr = 1"
