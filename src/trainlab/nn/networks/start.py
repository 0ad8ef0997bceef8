"""The options that every network of a recipe has: where its weights begin, besides its `init`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from trainlab.tables import ON_DISK

__all__ = ["Start"]


@dataclass(frozen=True, kw_only=True)
class Start:
    """Where a network begins: read by the engine, which has the data."""

    final_bias: Literal["zero", "prior"] = "zero"
    """prior: the last bias predicts the training targets' mean, as log prior of the classes."""
    weights: Annotated[str | None, ON_DISK] = None
    """A run, or a file of weights, from which what has the same name and shape is loaded."""
