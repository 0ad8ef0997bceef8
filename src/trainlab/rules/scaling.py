"""How the learning rate follows the number of examples of an update.

A row makes, from its options, a function of that number, whose value multiplies the rate.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge

from trainlab.tables import Card, Table

__all__ = ["SCALINGS", "Factor", "ScalingRow", "linear", "sqrt"]

Factor = Callable[[int], float]


@dataclass(frozen=True)
class ScalingRow:
    """A row of SCALINGS."""

    make: Callable[..., Factor]
    card: Card


def linear(*, base: Annotated[int, Ge(1)] = 256) -> Factor:
    """Multiply by examples / base: steps of one mean gradient as long as all they stand for."""
    return lambda examples: examples / base


def sqrt(*, base: Annotated[int, Ge(1)] = 256) -> Factor:
    """Multiply by the root of examples / base: the noise of a step stays what it was."""
    return lambda examples: math.sqrt(examples / base)


SCALINGS: Table[ScalingRow] = Table(
    "scaling",
    {
        "linear": ScalingRow(
            linear,
            Card(
                does="multiplies the rate by the examples of an update",
                formula="lr examples / base, examples = batch_size accumulate",
                helps="SGD and momentum: an epoch goes as far at any batch size; with a warm-up",
                hurts="adaptive rules, and very large batches, where it diverges",
                values="base 256, the batch for which lr was found",
                paper="Krizhevsky 2014; Goyal et al. 2017, section 2.1",
                dialect="examples are those of one member, as many as there are at most; as "
                "batches grow, those of the first",
            ),
        ),
        "sqrt": ScalingRow(
            sqrt,
            Card(
                does="multiplies the rate by the root of the examples of an update",
                formula="lr sqrt(examples / base), examples = batch_size accumulate",
                helps="adaptive rules: Adam, RMSprop and their kin",
                hurts="SGD at moderate batches, which is then slower than it need be",
                values="base 256, the batch for which lr was found",
                paper="Krizhevsky 2014; Malladi et al. 2022",
                dialect="the rate alone: betas and eps stay, which the second paper scales too; as "
                "batches grow, the examples are those of the first",
            ),
        ),
    },
)
