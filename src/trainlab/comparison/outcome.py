"""What one training of a comparison came to: numbers only, so that it can be kept and read back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

from trainlab.recipe import Recipe

__all__ = ["Outcome", "Trial"]


@dataclass(frozen=True)
class Trial:
    """One training to be done: a member's recipe, and whom it competes with."""

    recipe: Recipe
    arm: str = ""
    """At a rung, the worse of an arm's trials are dropped."""
    parts: tuple[str, ...] = ("val",)
    """What it is scored on at the end."""
    rungs: tuple[float, ...] = ()
    """Shares of the run after which the worse half of the arm's trials are dropped."""

    @cached_property
    def key(self) -> str:
        """Identify the training by all that decides its result: a digest of the whole recipe.

        At rungs, whom it competes with is of it.
        """
        said = [self.recipe.filled(), self.parts, self.rungs, *[self.arm] * bool(self.rungs)]
        text = json.dumps(said, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a training came to."""

    scores: Mapping[str, float]
    """Of the chosen weights: `val/accuracy`, `test/loss`, ...; and `train/loss`, the last read."""
    steps: tuple[int, ...] = ()
    """Of each evaluation while training."""
    curve: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    """By name, `val/loss` and the metrics: a value an evaluation."""
    why: str = "complete"
    """Why it ended: complete, early, diverged, dropped."""
    taken: int = 0
    """Updates taken."""
    seconds: float = 0.0
    """Its share of the time that its program took."""

    @property
    def whole(self) -> bool:
        """Whether it was trained to an end of its own, and what it came to can be compared."""
        return self.why != "dropped"

    def to_json(self) -> dict[str, Any]:
        """Give it as JSON can hold it."""
        return asdict(self)

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> Outcome:
        """Read what `to_json` gave."""
        curve = {name: tuple(values) for name, values in found["curve"].items()}
        return cls(**{**found, "steps": tuple(found["steps"]), "curve": curve})
