"""A row of the table of schedules as a function: `cosine(floor=0.1, warmup="5%")`."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from inspect import Parameter, Signature, signature

from trainlab.schedules import shapes
from trainlab.schedules.table import SCHEDULES, Schedule

__all__ = ["function"]


@cache
def function(name: str) -> Callable[..., Schedule]:
    """Give a row as a function that shows its options, and those of the warm-up, to `help`."""
    row = SCHEDULES[name]

    def make(**options: object) -> Schedule:
        return row.make(**options)

    declared = [*_options(row.function), *_options(shapes.warm_up)]
    make.__name__ = make.__qualname__ = name
    make.__doc__ = f"{row.function.__doc__}\n\n{row.card.formula}"
    make.__signature__ = Signature(declared, return_annotation=Schedule)  # type: ignore[attr-defined]
    return make


def _options(function: Callable[..., object]) -> list[Parameter]:
    parameters = signature(function).parameters.values()
    return [each for each in parameters if each.kind is each.KEYWORD_ONLY]
