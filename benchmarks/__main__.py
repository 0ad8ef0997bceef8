"""Run the benchmarks, one line of JSON each: python -m benchmarks [NAME] [--repeats N]."""

from __future__ import annotations

import argparse
import importlib

BENCHMARKS = ("step", "population", "rules", "norms", "augment", "optim", "answer")


def main() -> None:
    """Run all benchmarks, or those whose name (step/digits-mlp/raw) contains the given text."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", nargs="?", default="", help="a part of a name: step/digits")
    parser.add_argument("--repeats", type=int, default=15, help="rounds of each comparison")
    parser.add_argument("--device", default="cpu", help="cpu, cuda or mps")
    chosen = parser.parse_args()
    for benchmark in BENCHMARKS:
        module = importlib.import_module(f"benchmarks.{benchmark}")
        module.run(chosen.repeats, chosen.device, chosen.name)


if __name__ == "__main__":
    main()
