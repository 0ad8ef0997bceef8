"""Banks of scores: each arm of each study, trained with hundreds of seeds as one population."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, as_completed
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from benchmarks.calibrate.studies import ARMS, COPIES, METRICS, STUDIES, recipe
from trainlab.engine.experiment import Experiment
from trainlab.engine.loop import train
from trainlab.engine.record import Stopped
from trainlab.engine.score import score

__all__ = ["Bank", "banks", "trained"]

Array = NDArray[np.float64]
ELSEWHERE = 1_000_000_000
"""What sets the seeds of the orders of a copy apart from those of all initial weights."""
ROWS = 128
"""Members of one population."""


@dataclass(frozen=True)
class Bank:
    """Scores of one metric of one study, one row a seed."""

    study: str
    metric: str
    copies: Array
    """[seeds, copies]: one recipe; the copies of a seed share its initial weights, and differ in
    the order of examples."""
    arms: Array
    """[seeds, arms]: the recipe and two others, paired by seed."""


def banks(pool: Executor, first: int, seeds: int) -> Iterator[tuple[float, list[Bank]]]:
    """Train everything on the seeds first, first + 1, ...: gives the share done, at last the banks.

    The list of banks is empty until all is trained.
    """
    runs = [(study, arm, 0) for study in STUDIES for arm in ARMS]
    runs += [(study, next(iter(ARMS)), copy) for study in STUDIES for copy in range(1, COPIES)]
    starts = range(0, seeds, ROWS)
    tasks = {
        pool.submit(trained, *run, first + start, min(ROWS, seeds - start)): (run, start)
        for run in runs
        for start in starts
    }
    found = {}
    for done, future in enumerate(as_completed(tasks), 1):
        found[tasks[future]] = future.result()
        yield done / len(tasks), []
    whole = {run: np.concatenate([found[run, start] for start in starts], -1) for run in runs}
    yield 1.0, [_bank(whole, study, place) for study in STUDIES for place in range(len(METRICS))]


def trained(study: str, arm: str, copy: int, first: int, seeds: int) -> Array:
    """Give the test scores of one population: [metrics, seeds], nan where a run diverged.

    A copy begins with the weights of its seed and draws all else from another.
    """
    training = Experiment(recipe(study, arm, first, seeds)).training()
    training.placement = replace(training.placement, threads=1)
    if copy:
        others = [seed + copy * ELSEWHERE for seed in training.feed.seeds]
        training.feed = replace(training.feed, seeds=others)
    ends = [event for event in train(training) if isinstance(event, Stopped)]
    scores = score(training, "test")
    rows = np.stack([scores[metric].double().numpy() for metric in METRICS])
    rows[:, [event.member for event in ends if event.why == "diverged"]] = np.nan
    return rows


def _bank(whole: dict[tuple[str, str, int], Array], study: str, metric: int) -> Bank:
    def columns(runs: Sequence[tuple[str, str, int]]) -> Array:
        return np.stack([whole[run][metric] for run in runs], -1)

    plain = next(iter(ARMS))
    return Bank(
        study=study,
        metric=METRICS[metric],
        copies=columns([(study, plain, copy) for copy in range(COPIES)]),
        arms=columns([(study, arm, 0) for arm in ARMS]),
    )
