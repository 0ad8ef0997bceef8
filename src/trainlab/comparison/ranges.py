"""Where to look for an arm's own best value of a hyperparameter."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from trainlab.errors import RecipeError
from trainlab.recipe import Recipe, leaves, read

__all__ = ["USUAL", "Range", "parse_range"]

DECADES_BELOW, DECADES_ABOVE = 1.5, 2.0
"""How far from the rule's own rate: most defaults are careful ones, so further up than down."""


@dataclass(frozen=True)
class Range:
    """An interval of one hyperparameter, divided evenly or, if `log`, by a factor."""

    key: str
    low: float
    high: float
    log: bool = True

    def points(self, n: int) -> list[float]:
        """Give n values from low to high; a single one is the middle."""
        shares = [i / (n - 1) for i in range(n)] if n > 1 else [0.5]
        return [self.at(share) for share in shares]

    def at(self, share: float) -> float:
        """Give the value at a share of the way, which may lie outside [0, 1]."""
        if self.log:
            return float(f"{self.low * (self.high / self.low) ** share:.4g}")
        return float(f"{self.low + (self.high - self.low) * share:.4g}")

    def share(self, value: float) -> float:
        """Give how far along a value lies."""
        if self.log:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)


def parse_range(text: str) -> Callable[[Recipe], Range]:
    """Read `optimizer.lr`, or `optimizer.lr=1e-4..1`; what it comes to may depend on the arm.

    Raises RecipeError.
    """
    key, equals, said = (part.strip() for part in text.partition("="))
    if not equals:
        return lambda recipe: _sensible(recipe, key)
    low, _, high = said.partition("..")
    try:
        found = Range(key, float(low), float(high), log=float(low) > 0)
    except ValueError:
        raise _unread(text) from None
    if not found.low < found.high:
        raise _unread(text)
    return lambda recipe: _checked(recipe, found)


def _sensible(recipe: Recipe, key: str) -> Range:
    """Give a range around the rule's own rate, or the usual one of a few other fields."""
    if key == "optimizer.lr":
        own = recipe.optimizer.defaults["lr"]
        return Range(key, own * 10**-DECADES_BELOW, own * 10**DECADES_ABOVE)
    if key not in USUAL:
        raise RecipeError(
            f"there is no usual range of {key!r}",
            where="--tune",
            allowed=["optimizer.lr", *USUAL],
            next_step=f"say the range: --tune {key}=0.1..10",
        )
    return _checked(recipe, USUAL[key])


USUAL = {
    each.key: each
    for each in (
        Range("optimizer.weight_decay", 1e-5, 1e-1),
        Range("optimizer.momentum", 0.5, 0.99, log=False),
        Range("regularize.dropout", 0.0, 0.6, log=False),
        Range("regularize.input_noise", 0.01, 1.0),
        Range("regularize.label_smoothing", 0.0, 0.3, log=False),
    )
}
"""Ranges that suit most networks."""


def _checked(recipe: Recipe, found: Range) -> Range:
    """Give the range, if its field is a number that members may differ in."""
    numbers = [
        leaf.key
        for leaf in leaves(recipe)
        if leaf.per_member and isinstance(leaf.value, int | float)
    ]
    if found.key not in numbers:
        raise RecipeError(
            f"{found.key!r} is not a number that can be tuned here",
            where="--tune",
            allowed=numbers,
            given=found.key,
        )
    whole: Any = read(recipe, found.key)
    if isinstance(whole, int) and not isinstance(whole, bool) and found.key.startswith("seed"):
        raise RecipeError("a seed is not tuned: that would be luck", where="--tune")
    return replace(found)


def _unread(text: str) -> RecipeError:
    return RecipeError(
        f"{text!r} is no range",
        where="--tune",
        next_step="write the lowest and the highest value: --tune optimizer.lr=1e-4..1",
    )
