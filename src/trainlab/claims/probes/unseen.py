"""What a network knows of the examples it learned from, and of those it has not seen."""

from __future__ import annotations

from dataclasses import dataclass

from trainlab.claims.claim import Arms, Ask, Curve, Found
from trainlab.claims.probes.populations import follow, scored
from trainlab.comparison.statistics.interval import Array

__all__ = ["Overfitting", "SeenAndUnseen"]

POINTS = 100


@dataclass(frozen=True, kw_only=True)
class Overfitting:
    """Measures the last test accuracy of each `arm`, and `arm, gap`: how far training is above."""

    arms: Arms

    def __call__(self, ask: Ask) -> Found:
        """Train each arm to the end."""
        values = dict[str, Array]()
        for one, (arm, said) in ask.over(self.arms.items()):
            seen, unseen = _accuracies(one.changed(*said))
            values[arm] = POINTS * unseen.y[:, -1]
            values[f"{arm}, gap"] = POINTS * (seen.y - unseen.y)[:, -1]
        return Found(values=values)


@dataclass(frozen=True, kw_only=True)
class SeenAndUnseen:
    """Measures the last accuracy of each arm on both: `arm, train` and `arm, test`.

    The figure has both over the updates.
    """

    arms: Arms

    def __call__(self, ask: Ask) -> Found:
        """Train each arm to the end."""
        values, curves = dict[str, Array](), dict[str, Curve]()
        for one, (arm, said) in ask.over(self.arms.items()):
            seen, unseen = _accuracies(one.changed(*said))
            values[f"{arm}, train"] = POINTS * seen.y[:, -1]
            values[f"{arm}, test"] = POINTS * unseen.y[:, -1]
            curves |= {f"{arm}, train": seen, f"{arm}, test": unseen}
        return Found(values=values, curves=curves)


def _accuracies(ask: Ask) -> tuple[Curve, Curve]:
    """Train, and follow the accuracy on training and on test examples."""
    found = follow(ask, {part: scored(part, "accuracy") for part in ("train", "test")})
    return found["train"], found["test"]
