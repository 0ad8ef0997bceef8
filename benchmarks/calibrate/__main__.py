"""Calibrate comparisons on real trainings: python -m benchmarks.calibrate [--quick].

Trains banks of scores, draws comparisons whose answer is known, and counts how often
`trainlab compare` would have been wrong.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

from benchmarks.calibrate import page
from benchmarks.calibrate.bank import Bank, banks
from benchmarks.calibrate.counts import Count, Sizes
from benchmarks.calibrate.questions import QUESTIONS, asked

__all__ = ["main"]

QUICK = Sizes(seeds=64, comparisons=12, rows=200, most=16)
DOCS = Path(__file__).parents[2] / "docs"


def main(given: Sequence[str] | None = None) -> None:
    """Train, draw, count; print the tables and write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.calibrate", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small banks, few draws: does it run?")
    parser.add_argument("--seed", type=int, default=0, help="first seed of the banks")
    parser.add_argument("--cores", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--out", type=Path, help="folder of the page; docs, unless --quick")
    chosen = parser.parse_args(given)
    sizes = QUICK if chosen.quick else Sizes()
    began = time.perf_counter()
    os.environ["OMP_NUM_THREADS"] = "1"
    with ProcessPoolExecutor(chosen.cores, get_context("spawn")) as pool:
        trained = _trained(pool, chosen.seed, sizes)
        counts = _counted(pool, trained, sizes, chosen.seed)
    about = page.About.of(sizes, chosen.seed, time.perf_counter() - began)
    print(page.tables(counts))
    out = chosen.out or (None if chosen.quick else DOCS)
    if out is not None:
        page.write(out, about, trained, counts)
        print(f"\nwritten to {out / 'calibration.md'}, with calibration.json")


def _trained(pool: Executor, seed: int, sizes: Sizes) -> list[Bank]:
    trained: list[Bank] = []
    for share, whole in banks(pool, seed, sizes.seeds):
        _tell("training", share)
        trained = whole
    return trained


def _counted(pool: Executor, trained: Sequence[Bank], sizes: Sizes, seed: int) -> list[Count]:
    tasks = {
        pool.submit(asked, question, bank, sizes, seed): (question, bank)
        for question in range(len(QUESTIONS))
        for bank in trained
    }
    for done, _ in enumerate(as_completed(tasks), 1):
        _tell("comparing", done / len(tasks))
    return [count for task in tasks for count in task.result()]


def _tell(stage: str, share: float) -> None:
    end = "\n" if share == 1 else ""
    print(f"\r{stage} {100 * share:3.0f} %", end=end, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
