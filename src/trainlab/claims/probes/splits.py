"""Pairs that each have a split of their own: for claims about small training sets.

On one split the pairs would share the examples that they learn from, and the verdict would hold
for those alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from trainlab.claims.claim import Ask, Curve, Found, Measure
from trainlab.comparison.compare import Progress
from trainlab.comparison.side_by_side import Stop, side_by_side

__all__ = ["SplitBySplit"]


@dataclass(frozen=True)
class SplitBySplit:
    """Measures each pair alone, as many at a time as there are cores.

    Each has a seed and a split of its own.
    """

    measure: Measure

    def __call__(self, ask: Ask) -> Found:
        """Measure every pair, and put them together."""
        jobs = [partial(_alone, self.measure, _of_pair(ask, pair)) for pair in range(ask.pairs)]
        beside = side_by_side(jobs, ask.bench.cores, _summed(ask), ask.bench.stop)
        found = [one for _, one in sorted(beside, key=lambda each: each[0])]
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


def _alone(measure: Measure, ask: Ask, tell: Callable[[float], None], stop: Stop) -> Found:
    """Measure a pair on one core, and tell what has been done of it since the last time."""
    told = 0.0

    def watch(progress: Progress) -> None:
        nonlocal told
        share = progress.done / max(1, progress.whole)
        tell(share - told)
        told = share

    return measure(replace(ask, watch=watch, bench=replace(ask.bench, cores=1, stop=stop)))


def _summed(ask: Ask) -> Callable[[float], None]:
    """Give what adds up what is told of the pairs, and tells it on."""
    done = 0.0

    def tell(share: float) -> None:
        nonlocal done
        done += share
        ask.tell("measuring", done, ask.pairs)

    return tell


def _stacked(found: list[Mapping[str, Curve]]) -> dict[str, Curve]:
    return {
        name: Curve(curve.x, np.concatenate([each[name].y for each in found]))
        for name, curve in found[0].items()
    }
