"""Two programs timed side by side: every round runs both, in a random order, on the same machine.

A shared or throttled machine drifts; both sides of a round drift together, so the ratio of a round
is steadier than either time. The answer is the median ratio over rounds with a bootstrap interval.
"""

from __future__ import annotations

import json
import os
import platform
import random
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
import torch

__all__ = ["Result", "best_threads", "bootstrap", "compare", "cores", "print_json"]

Program = Callable[[], object]

RESAMPLES = 10_000


@dataclass(frozen=True, kw_only=True)
class Result:
    """How long ours takes as a share of theirs; below 1 ours is the faster."""

    ratio: float
    """Median over rounds of seconds(ours) / seconds(theirs), per unit of work."""
    low: float
    high: float
    """The 95 % interval of that median, by percentile bootstrap over rounds."""
    n: int
    """Rounds."""
    ours: float
    """Median seconds of one unit of work."""
    theirs: float
    machine: str
    cores: int
    """Cores this process may use."""
    threads: tuple[int, int]
    """torch's threads inside an operation: ours, theirs."""
    torch: str


def compare(
    ours: Program,
    theirs: Program,
    *,
    repeats: int,
    warm_up: int = 2,
    work: float = 1.0,
    threads: tuple[int, int] = (1, 1),
) -> Result:
    """Time two programs in turns, each with its number of torch's threads.

    `work` is how much ours does while theirs does one: 32 for 32 members against one network.
    """
    sides = (partial(_seconds, ours, threads[0]), partial(_seconds, theirs, threads[1]))
    for _ in range(warm_up):
        _round(sides, ours_first=True)
    order = random.Random(0)
    rounds = [_round(sides, ours_first=order.random() < 0.5) for _ in range(repeats)]
    ratios = [mine / work / other for mine, other in rounds]
    low, high = bootstrap(ratios)
    return Result(
        ratio=median(ratios),
        low=low,
        high=high,
        n=repeats,
        ours=median(mine / work for mine, _ in rounds),
        theirs=median(other for _, other in rounds),
        machine=machine(),
        cores=cores(),
        threads=threads,
        torch=torch.__version__,
    )


def bootstrap(values: list[float], level: float = 0.95) -> tuple[float, float]:
    """Give the percentile-bootstrap interval of the median (Efron 1979), from a fixed seed."""
    sample = np.asarray(values)
    drawn = np.random.default_rng(0).choice(sample, (RESAMPLES, len(sample)))
    low, high = np.quantile(np.median(drawn, axis=1), [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def best_threads(program: Program, repeats: int = 3) -> int:
    """Give the number of threads with which a program is fastest: one, or all cores."""
    program()
    times = {n: min(_seconds(program, n) for _ in range(repeats)) for n in {1, cores()}}
    return min(times, key=times.__getitem__)


def print_json(name: str, result: Result) -> None:
    """Print a result as one line of JSON."""
    rounded = {k: _short(v) for k, v in asdict(result).items()}
    print(json.dumps({"benchmark": name} | rounded), flush=True)


def machine() -> str:
    """Name what the numbers belong to: the GPU where there is one, the processor otherwise."""
    if torch.cuda.is_available():
        return torch.cuda.get_device_name()
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or platform.machine()


def cores() -> int:
    """Count the cores this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


def _round(
    sides: tuple[Callable[[], float], Callable[[], float]], *, ours_first: bool
) -> tuple[float, float]:
    if ours_first:
        mine = sides[0]()
        return mine, sides[1]()
    other = sides[1]()
    return sides[0](), other


def _seconds(program: Program, threads: int) -> float:
    torch.set_num_threads(threads)
    _wait()
    start = perf_counter()
    program()
    _wait()
    return perf_counter() - start


def _wait() -> None:
    """Let a GPU finish: its work is counted with the program that asked for it."""
    if torch.cuda.is_available():
        torch.cuda.synchronize()


def _short(value: object) -> object:
    return float(f"{value:.4g}") if isinstance(value, float) else value
