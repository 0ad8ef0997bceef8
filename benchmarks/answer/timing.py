"""Timing the ways to an answer, in turns, and whether they agree."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from statistics import median
from time import perf_counter

import torch

from benchmarks.answer import by_hand, by_optuna, by_ray, by_trainlab
from benchmarks.answer.question import Answer, examples
from benchmarks.interleave import best_threads, bootstrap, cores, machine

__all__ = ["run"]

EPOCHS = 30
Way = Callable[[], Answer]


def run(repeats: int, device: str, only: str) -> None:
    """Print one line of JSON for each way whose name contains `only`; CPU only."""
    del device
    threads = best_threads(lambda: list(by_hand.epochs_of("adam", 1e-3, 0, 3)))
    ways = {name: way for name, way in _ways(EPOCHS).items() if only in f"answer/{name}"}
    if not ways:
        return
    examples()
    sides = {"trainlab": partial(by_trainlab.answer, EPOCHS), **ways}
    if "ray" in sides:
        by_ray.begin()
    rounds = [_round(sides, threads, backwards=bool(turn % 2)) for turn in range(repeats)]
    if "ray" in sides:
        by_ray.end()
    for name in ways:
        _tell(name, rounds, threads)


def _ways(epochs: int) -> dict[str, Way]:
    ways: dict[str, Way] = {"hand": partial(by_hand.answer, epochs)}
    if find_spec("optuna"):
        ways["optuna"] = partial(by_optuna.answer, epochs)
    if find_spec("ray"):
        ways["ray"] = partial(by_ray.answer, epochs)
    ways["trainlab-with-racing"] = partial(by_trainlab.answer, epochs, race=True)
    return ways


def _round(
    sides: dict[str, Way], threads: int, *, backwards: bool
) -> dict[str, tuple[float, Answer]]:
    found = {}
    for name in list(sides)[:: -1 if backwards else 1]:
        torch.set_num_threads(threads)
        began = perf_counter()
        given = sides[name]()
        found[name] = perf_counter() - began, given
    return found


def _tell(name: str, rounds: list[dict[str, tuple[float, Answer]]], threads: int) -> None:
    """Print how many times longer a way takes, and what it answers beside ours."""
    ratios = [found[name][0] / found["trainlab"][0] for found in rounds]
    low, high = bootstrap(ratios)
    theirs, ours = (rounds[-1][side][1].judgement for side in (name, "trainlab"))
    told = {
        "benchmark": f"answer/{name}",
        "times_longer": round(median(ratios), 2),
        "low": round(low, 2),
        "high": round(high, 2),
        "n": len(rounds),
        "seconds": round(median(found[name][0] for found in rounds), 2),
        "trainlab_seconds": round(median(found["trainlab"][0] for found in rounds), 2),
        "their_candidates": theirs.candidates,
        "our_candidates": ours.candidates,
        "same_leader_possible": bool({theirs.best} & set(ours.candidates))
        and bool({ours.best} & set(theirs.candidates)),
        "machine": machine(),
        "cores": cores(),
        "threads_by_hand": threads,
        "torch": torch.__version__,
    }
    print(json.dumps(told), flush=True)
