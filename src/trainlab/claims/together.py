"""Several measures of one claim."""

from __future__ import annotations

from dataclasses import dataclass

from trainlab.claims.claim import Ask, Found, Measure
from trainlab.errors import RecipeError

__all__ = ["Together"]


@dataclass(frozen=True, init=False)
class Together:
    """Measures all, one after another; the figure draws what the first one drew.

    Raises RecipeError where two measures use one name.
    """

    measures: tuple[Measure, ...]

    def __init__(self, *measures: Measure) -> None:
        object.__setattr__(self, "measures", measures)

    def __call__(self, ask: Ask) -> Found:
        """Put the values and the notes of all measures together."""
        found = [measure(one) for one, measure in ask.over(self.measures)]
        values = {name: row for each in found for name, row in each.values.items()}
        if len(values) < sum(len(each.values) for each in found):
            raise RecipeError("two measures of a claim use one name", allowed=list(values))
        notes = tuple(note for each in found for note in each.notes)
        return Found(values=values, curves=found[0].curves, notes=notes)
