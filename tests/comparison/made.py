"""Arms that train in an instant, outcomes made by hand, and a comparison of both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from trainlab.comparison.arms import Arm, Vary, varied
from trainlab.comparison.compare import compare
from trainlab.comparison.design import Design
from trainlab.comparison.outcome import Outcome
from trainlab.comparison.result import Comparison
from trainlab.comparison.running import Bench
from trainlab.recipe import Recipe

MOONS: dict[str, Any] = {
    "data": {"source": {"name": "moons", "examples": 160}},
    "network": {"name": "mlp", "widths": [6]},
    "optimizer": {"rule": "momentum", "lr": 0.05},
    "train": {"length": "8ep", "batch_size": 16, "threads": 1},
}


def moons(**sections: Any) -> Recipe:
    """Give the small recipe, with sections replaced."""
    return Recipe.of(MOONS | sections)


def rates(*values: float, recipe: Recipe | None = None) -> list[Arm]:
    """Give an arm a learning rate."""
    return varied(recipe or moons(), [Vary("optimizer.lr", values)])


def rules(*names: str, recipe: Recipe | None = None) -> list[Arm]:
    """Give an arm a rule."""
    return varied(recipe or moons(), [Vary("optimizer.rule", names)])


def scored(value: float, curve: Sequence[float] = (), why: str = "complete") -> Outcome:
    """Give what a training came to whose loss on validation and test is `value`."""
    return Outcome(
        scores={"val/loss": value, "test/loss": value, "val/accuracy": -value},
        steps=tuple(range(10, 10 * len(curve) + 1, 10)),
        curve={"val/loss": tuple(curve)},
        why=why,
        taken=100,
        seconds=1.0,
    )


def compared(arms: Sequence[Arm] | None = None, **asked: Any) -> Comparison:
    """Compare on one core, two rates unless arms are given."""
    return compare(arms or rates(0.001, 0.1), Design(**{"seeds": 4} | asked), Bench(cores=1))
