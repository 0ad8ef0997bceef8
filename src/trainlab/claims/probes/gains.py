"""What one arm gains over another, problem by problem."""

from __future__ import annotations

from dataclasses import dataclass, field

from trainlab.claims.claim import Arms, Ask, Found
from trainlab.claims.compared import Compare
from trainlab.comparison.design import Design
from trainlab.comparison.statistics.interval import Array

__all__ = ["Gain"]


@dataclass(frozen=True, kw_only=True)
class Gain:
    """Measures how far the first of two arms is above the second: `gain, sparse`."""

    arms: Arms
    """Two of them."""
    problems: Arms
    """By name, what makes the problem, changed before an arm's own."""
    design: Design = field(default_factory=Design)

    def __call__(self, ask: Ask) -> Found:
        """Compare the two on every problem."""
        values, notes = dict[str, Array](), list[str]()
        for one, (problem, said) in ask.over(self.problems.items()):
            arms = {arm: [*said, *changes] for arm, changes in self.arms.items()}
            found = Compare(arms=arms, design=self.design)(one)
            first, second = (found.values[arm] for arm in arms)
            values[f"gain, {problem}"] = first - second
            notes += [f"{problem}: {note}" for note in found.notes]
        return Found(values=values, notes=tuple(notes))
