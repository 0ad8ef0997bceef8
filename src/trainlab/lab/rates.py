"""The learning-rate range test as a verb."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from trainlab.check.learning_rate import Grid, RangeTest, range_test
from trainlab.engine.networks import Model
from trainlab.lab.training import Watch, open_recipe
from trainlab.recipe import Recipe

__all__ = ["learning_rates"]


def learning_rates(
    recipe: Recipe | str | Path | Mapping[str, Any],
    *,
    overrides: Sequence[str] = (),
    model: Model | None = None,
    data: Any = None,
    grid: Grid | None = None,
    watch: Watch | None = None,
) -> RangeTest:
    """Find from where to where a learning rate is worth using, and confirm the best.

    Short trainings of every rate with every seed, in one population; nothing is kept, and what is
    trained afterwards is the same to the bit. The arguments are those of `train`.

    Raises InputError for a recipe, data or model at fault.
    """
    opened, _ = open_recipe(recipe, overrides)
    return range_test(opened, model=model, data=data, grid=grid, watch=watch)
