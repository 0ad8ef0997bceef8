"""Pairs that each have a split of their own: for claims about small training sets.

On one split the pairs would share the examples that they learn from, and the verdict would hold
for those alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from trainlab.claims.claim import Ask, Curve, Found
from trainlab.comparison.compare import Progress

__all__ = ["split_by_split"]


def split_by_split(ask: Ask, measure: Callable[[Ask], Found]) -> Found:
    """Measure pair after pair: each has a seed and a split of its own; put the pairs together."""
    found = [measure(_of_pair(ask, pair)) for pair in range(ask.pairs)]
    notes = dict.fromkeys(note for each in found for note in each.notes)
    return Found(
        values={
            name: np.concatenate([each.values[name] for each in found]) for name in found[0].values
        },
        curves=_stacked([each.curves for each in found]),
        notes=(*notes, "each pair has a split of its own"),
    )


def _of_pair(ask: Ask, pair: int) -> Ask:
    first = ask.recipe
    recipe = first.replace("seeds", 1).replace("seed", first.seed + pair)
    recipe = recipe.replace("data.split.seed", first.data.split.seed + pair)
    told = ask.watch

    def watch(progress: Progress) -> None:
        if told is not None:
            told(Progress("measuring", pair + progress.done / progress.whole, ask.pairs))

    return replace(ask, recipe=recipe, watch=watch)


def _stacked(found: list[Mapping[str, Curve]]) -> dict[str, Curve]:
    return {
        name: Curve(curve.x, np.concatenate([each[name].y for each in found]))
        for name, curve in found[0].items()
    }
