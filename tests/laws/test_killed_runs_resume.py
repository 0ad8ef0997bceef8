"""kill -9 at random moments, then resume: the same bits as a run that was never killed."""

from __future__ import annotations

import os
import random
import signal
import threading
from pathlib import Path

import pytest

from tests.laws.trainings import recipe_of, same_bits
from trainlab import lab
from trainlab.errors import RunError
from trainlab.store import Run, find

KILLS = int(os.environ.get("TRAINLAB_KILLS", "20"))
RECIPE = recipe_of(
    data={"source": {"name": "moons", "examples": 120}},
    optimizer={"rule": "adam", "weight_decay": 0.01},
    regularize={"dropout": 0.2, "early_stopping": 30},
    train={"length": "40ep", "batch_size": 16, "checkpoint_every": "7steps", "threads": 1},
    seeds=3,
)


def killed_after(seconds: float, runs: Path) -> bool:
    """Train or resume in a child and kill it; give whether it was still at work."""
    child = os.fork()
    if child == 0:
        train_or_resume(runs)
        os._exit(0)
    timer = threading.Timer(seconds, os.kill, (child, signal.SIGKILL))
    timer.start()
    _, status = os.waitpid(child, 0)
    timer.cancel()
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def train_or_resume(runs: Path) -> None:
    """Go on with the run that was killed; begin one where all are finished."""
    for run in find(runs):
        if run.status != "finished":
            lab.resume(run.path)
            return
    lab.train(RECIPE, runs=runs)


def assert_same(run: Run, straight: Run) -> None:
    for member in range(3):
        for which in ("chosen", "last"):
            assert same_bits(straight.state_dict(member, which), run.state_dict(member, which))
    timeless = [name for name in straight.metrics().columns if "second" not in name]
    assert straight.metrics()[timeless].equals(run.metrics()[timeless])


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_twenty_kills_change_nothing(tmp_path: Path) -> None:
    straight = lab.train(RECIPE, runs=tmp_path / "straight")
    moments, kills = random.Random(7), 0
    while kills < KILLS:
        kills += killed_after(moments.uniform(0.02, 0.4), tmp_path / "killed")
    train_or_resume(tmp_path / "killed")
    runs = find(tmp_path / "killed")
    assert len(runs) < KILLS
    for run in runs:
        assert_same(run, straight)


def test_a_finished_run_has_nothing_to_resume(tmp_path: Path) -> None:
    run = lab.train(RECIPE.replace("train.length", "1ep"), runs=tmp_path)
    with pytest.raises(RunError, match="finished"):
        lab.resume(run.path)
