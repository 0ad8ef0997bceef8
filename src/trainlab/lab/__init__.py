"""The verbs: train a recipe and keep it as a run, resume it, evaluate it, predict with it."""

from __future__ import annotations

from pathlib import Path

from trainlab.lab.rates import learning_rates
from trainlab.lab.training import Watch, resume, train
from trainlab.lab.using import evaluate, predict
from trainlab.store import Run, open_run

__all__ = ["Run", "Watch", "evaluate", "learning_rates", "load_run", "predict", "resume", "train"]


def load_run(path: str | Path, runs: str | Path = "runs") -> Run:
    """Open a run by its folder, its name or "latest".

    Raises RunError.
    """
    return open_run(path, Path(runs))
