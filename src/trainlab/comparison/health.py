"""Whether an arm's trainings were fit to be compared: who diverged, who overfits."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from statistics import median

from trainlab.comparison.outcome import Outcome

__all__ = ["findings", "own_lengths", "rise"]

OVERFIT = 1.25
"""A validation loss that ends at so many times its lowest is noted."""
FLOOR = 1 / 20
"""The least that a lowest loss counts as, of the highest: a loss near 0 doubles by chance."""


def rise(outcome: Outcome) -> float:
    """Give the validation loss at the end over its lowest: well above 1 where it overfits."""
    losses = [loss for loss in outcome.curve.get("val/loss", ()) if 0 < loss < math.inf]
    return losses[-1] / max(min(losses), FLOOR * max(losses)) if losses else 1.0


def own_lengths(outcomes: Mapping[str, Sequence[Outcome]]) -> str:
    """Say how many updates each arm takes at most; nothing where they all take as many."""
    taken = {
        arm: max((each.taken for each in found if each.why != "diverged"), default=0)
        for arm, found in outcomes.items()
    }
    known = {arm: steps for arm, steps in taken.items() if steps}
    if len(set(known.values())) < 2:
        return ""
    return ", ".join(f"{arm} {steps:,}" for arm, steps in known.items())


def findings(outcomes: Mapping[str, Sequence[Outcome]]) -> Iterator[str]:
    """Say which arms diverged, and which overfit in half of their trainings or more."""
    for arm, found in outcomes.items():
        lost = sum(outcome.why == "diverged" for outcome in found)
        if lost:
            yield f"{arm}: {lost} of {len(found)} runs diverged"
        rises = [rise(outcome) for outcome in found if outcome.why != "diverged"]
        if rises and median(rises) > OVERFIT:
            yield (
                f"{arm} overfits: its validation loss ends at {median(rises):.2g} times its lowest "
                "(median); a shorter run or more regularisation may change the order"
            )
