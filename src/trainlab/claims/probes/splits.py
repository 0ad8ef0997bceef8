"""Pairs that each have a split of their own: for claims about small training sets.

On one split the pairs would share the examples that they learn from, and the verdict would hold
for those alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from trainlab.claims.claim import Ask, Curve, Found, Measure

__all__ = ["SplitBySplit"]


@dataclass(frozen=True)
class SplitBySplit:
    """Measures pair after pair: each has a seed and a split of its own."""

    measure: Measure

    def __call__(self, ask: Ask) -> Found:
        """Measure every pair alone, and put the pairs together."""
        found = [self.measure(_of_pair(one, pair)) for one, pair in ask.over(range(ask.pairs))]
        notes = dict.fromkeys(note for each in found for note in each.notes)
        values = {
            name: np.concatenate([each.values[name] for each in found]) for name in found[0].values
        }
        return Found(
            values=values,
            curves=_stacked([each.curves for each in found]),
            notes=(*notes, "each pair has a split of its own"),
        )


def _of_pair(ask: Ask, pair: int) -> Ask:
    first = ask.recipe
    recipe = first.replace("seeds", 1).replace("seed", first.seed + pair)
    recipe = recipe.replace("data.split.seed", first.data.split.seed + pair)
    return replace(ask, recipe=recipe)


def _stacked(found: list[Mapping[str, Curve]]) -> dict[str, Curve]:
    return {
        name: Curve(curve.x, np.concatenate([each[name].y for each in found]))
        for name, curve in found[0].items()
    }
