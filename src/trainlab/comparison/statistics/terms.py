"""The terms that a judgement is made on; say them before the scores are seen."""

from __future__ import annotations

from dataclasses import dataclass

from trainlab.comparison.statistics.families import FAMILIES
from trainlab.comparison.statistics.looks import Looks
from trainlab.comparison.statistics.tests import TESTS, Test, for_folds
from trainlab.comparison.statistics.ties import in_steps
from trainlab.errors import RecipeError

__all__ = ["ONCE", "Terms"]

ONCE = "t"
"""The test of scores that are judged once; of folds, the corrected t."""


@dataclass(frozen=True, kw_only=True)
class Terms:
    """By what test, how corrected, and what counts as a difference."""

    alpha: float = 0.05
    """The chance of a false claim that is allowed in a family; intervals have level 1 - alpha."""
    test: str = ONCE
    family: str = "holm"
    margin: float | None = None
    """In shown units: a smaller difference does not matter. Without it, nothing is equivalent."""
    chance: float = 0.8
    """The power that further pairs are counted for."""
    overlap: float = 0.0
    """Test size over training size where pairs are folds; 0 where they are seeds."""
    looks: Looks | None = None
    """The planned looks, where scores are judged while more are coming; sets the test."""

    def __post_init__(self) -> None:
        FAMILIES.name(self.family)
        if TESTS.name(self.test) != ONCE and self.overlap:
            raise RecipeError(
                "folds share training examples: only the corrected t test knows that",
                where="--test",
                next_step="judge folds by the test t, or leave --folds out",
            )
        if self.overlap and self.looks:
            raise RecipeError("folds are judged once, when all are there: they have no looks")
        if not 0 < self.alpha < 1 or not 0 < self.chance < 1:
            raise RecipeError("alpha and the power are chances between 0 and 1")
        if self.margin is not None and not self.margin > 0:
            raise RecipeError("a margin is above 0", given=str(self.margin))

    def rule(self, pairs: int, step: float = 0.0) -> Test:
        """Give the test for so many pairs of scores, which come in steps or, at 0, in none."""
        if self.looks:
            return self.looks.at_look(pairs, step)
        return in_steps(for_folds(self.overlap) if self.overlap else TESTS[self.test], step)
