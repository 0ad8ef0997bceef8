"""A comparison that was stopped or killed, and goes on, equals the straight one, bit for bit."""

from __future__ import annotations

import math
import os
import signal
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.laws.trainings import recipe_of
from trainlab.comparison import driving
from trainlab.comparison.arms import Vary, varied
from trainlab.comparison.compare import compare
from trainlab.comparison.design import Design
from trainlab.comparison.running import Bench
from trainlab.errors import Interrupted
from trainlab.lab.keeping import keep
from trainlab.recipe import Recipe
from trainlab.store import jsontext
from trainlab.store.ledger import Ledger

RECIPE = recipe_of(
    data={"source": {"name": "moons", "examples": 120}},
    regularize={"dropout": 0.2},
    train={"length": "8steps", "batch_size": 16, "evaluate_every": "1steps"},
)
VARY = [Vary("optimizer.rule", ("sgd", "adam", "momentum"))]
TUNED = Design(seeds=3, tune=("optimizer.lr",), trials=4, rounds=2)
DESIGNS = {
    "tuned": (RECIPE, TUNED),
    "folds": (RECIPE.replace("data.split.folds", 3), Design(seeds=1)),
    "until": (RECIPE, Design(seeds=4, until=0.05, most=12)),
    "rows": (RECIPE.replace("train.batching", "rows"), Design(seeds=2)),
}


class Sitting:
    """Asked whether to stop, says so after so many times; a fork counts for itself."""

    def __init__(self, asked: int) -> None:
        self.left = asked

    def __call__(self) -> bool:
        self.left -= 1
        return self.left < 0


def sit(folder: Path, recipe: Recipe, design: Design, cores: int, stop: Callable[[], bool]) -> str:
    """Compare, from wherever it stands; give all that it came to, but for the time it took."""
    bench = Bench(cores=cores, stop=stop)
    keep(bench, folder / "outcomes.jsonl", folder / "unfinished")
    found = compare(varied(recipe, VARY), design, bench).to_json()
    outcomes = [timeless(value) for value in Ledger(folder / "outcomes.jsonl").read().values()]
    assert not (folder / "unfinished").exists()
    return jsontext.dumps([found["sentence"], found["judgement"], sorted(map(repr, outcomes))])


def timeless(outcome: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in outcome.items() if name != "seconds"}


def sittings(folder: Path, *asked: Any) -> Iterator[str]:
    """Stop again and again, each time somewhat later, until it comes to its end."""
    for more in range(1, 100):
        try:
            yield sit(folder, *asked, stop=Sitting(int(4 * 1.6**more)))
        except Interrupted:
            continue
        return


@pytest.mark.parametrize("cores", [1, 2])
@pytest.mark.parametrize("design", DESIGNS)
def test_stopped_again_and_again_it_comes_to_the_same_bits(
    design: str, cores: int, tmp_path: Path
) -> None:
    (tmp_path / "straight").mkdir()
    (tmp_path / "stopped").mkdir()
    straight = sit(tmp_path / "straight", *DESIGNS[design], cores, bool)
    (stopped,) = sittings(tmp_path / "stopped", *DESIGNS[design], cores)
    assert stopped == straight


def killed_after(seconds: float, sitting: Callable[[], object]) -> bool:
    """Sit in a child and kill it; give whether it was still at work."""
    child = os.fork()
    if child == 0:
        sitting()
        os._exit(0)
    timer = threading.Timer(seconds, os.kill, (child, signal.SIGKILL))
    timer.start()
    _, status = os.waitpid(child, 0)
    timer.cancel()
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_killed_again_and_again_it_comes_to_the_same_bits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "straight").mkdir()
    (tmp_path / "killed").mkdir()
    straight = sit(tmp_path / "straight", *DESIGNS["tuned"], 2, bool)
    monkeypatch.setattr(driving, "EVERY", 0.0)
    monkeypatch.setattr(driving, "COST", math.inf)
    killed = partial(sit, tmp_path / "killed", *DESIGNS["tuned"], 2, bool)
    moment = 0.4
    while killed_after(moment, killed):
        moment *= 1.5
    assert killed() == straight
