from __future__ import annotations

import math
from dataclasses import replace

from tests.comparison.made import moons, scored
from trainlab.comparison.outcome import Outcome, Trial
from trainlab.store import jsontext


def test_a_key_is_all_that_decides_the_result() -> None:
    trial = Trial(moons(), "a")
    assert trial.key == Trial(moons(), "a").key == replace(trial, arm="b").key
    others = [
        replace(trial, recipe=moons().replace("optimizer.lr", 0.051)),
        replace(trial, recipe=moons().replace("seed", 1)),
        replace(trial, parts=("test",)),
        replace(trial, rungs=(0.5,)),
    ]
    assert len({trial.key, *(other.key for other in others)}) == 5


def test_an_outcome_survives_json_with_numbers_that_are_none() -> None:
    found = replace(scored(0.5, [1.0, math.inf]), scores={"train/loss": math.inf, "test/loss": 0.5})
    assert Outcome.of(jsontext.loads(jsontext.dumps(found.to_json()))) == found


def test_what_was_dropped_is_not_whole() -> None:
    assert [scored(1, why=why).whole for why in ("complete", "early", "diverged", "dropped")] == [
        True,
        True,
        True,
        False,
    ]
