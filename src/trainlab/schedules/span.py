"""Lengths of training: "30ep", "2000steps", "5%", turned into steps by the run's clock."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from trainlab.errors import RecipeError

__all__ = ["Clock", "Length", "Span"]

Length = str | int
"""A span as a recipe writes it; a bare int counts steps."""

UNITS: dict[str, Literal["steps", "epochs", "share"]] = {
    "": "steps",
    "step": "steps",
    "steps": "steps",
    "ep": "epochs",
    "epoch": "epochs",
    "epochs": "epochs",
    "%": "share",
}
PATTERN = re.compile(r"\s*([0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*([a-z%]*)\s*")


@dataclass(frozen=True, kw_only=True)
class Clock:
    """What turns spans into steps."""

    total: int
    """Steps of the whole training."""
    per_epoch: int = 0
    """Steps of one epoch; 0 where nobody said."""


@dataclass(frozen=True)
class Span:
    """A length of training: steps, epochs, or a share of the whole."""

    amount: float
    unit: Literal["steps", "epochs", "share"] = "steps"

    @classmethod
    def parse(cls, text: Length | float | Span) -> Span:
        """Read "30ep", "2000steps", "5%"; a bare number counts steps.

        Raises RecipeError.
        """
        if isinstance(text, Span):
            return text
        found = None if isinstance(text, bool) else PATTERN.fullmatch(str(text).lower())
        unit = UNITS.get(found[2]) if found else None
        if found is None or unit is None or (unit == "steps" and not float(found[1]).is_integer()):
            raise RecipeError(
                f"{text!r} is not a length of training",
                allowed=["30ep", "2000steps", "5%", "2000"],
                next_step="write a number with its unit: ep, steps or %",
            )
        amount = float(found[1])
        return cls(amount / 100 if unit == "share" else amount, unit)

    def steps(self, clock: Clock) -> int:
        """Count its steps, rounded to the nearest.

        Raises RecipeError for epochs where nobody said how long an epoch is.
        """
        if self.unit == "epochs" and not clock.per_epoch:
            raise RecipeError(
                f"{self} is in epochs, but how many steps an epoch has was not said",
                next_step="give per_epoch, or say the length in steps or as a share",
            )
        each = {"steps": 1, "epochs": clock.per_epoch, "share": clock.total}
        return round(self.amount * each[self.unit])

    def __str__(self) -> str:
        amount = self.amount * 100 if self.unit == "share" else self.amount
        return f"{amount:.12g}" + {"steps": "steps", "epochs": "ep", "share": "%"}[self.unit]
