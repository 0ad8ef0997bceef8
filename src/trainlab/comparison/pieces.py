"""Trials put together into pieces: programs, or parts of their rows, each trained in one go.

Members are independent, so a program may be cut into parts anywhere: with fewer programs than cores
the largest is cut in two until every core has one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from trainlab.comparison.outcome import Trial
from trainlab.engine.placement import device_of
from trainlab.recipe import Program, Recipe, plan

__all__ = ["Piece", "pieces_of"]

ROWS_AT_LEAST = 4
"""Members below which a program is not cut further."""


@dataclass(frozen=True)
class Piece:
    """A program, or a part of its rows."""

    program: Program
    trials: Sequence[Trial]

    @classmethod
    def of(cls, trials: Sequence[Trial]) -> Piece:
        """Put together what was one piece before."""
        (program,) = plan([_lean(trial.recipe) for trial in trials])
        return cls(program, trials)

    @property
    def keys(self) -> list[str]:
        """Name its trainings, in the order of its rows."""
        return [trial.key for trial in self.trials]

    def cut(self) -> list[Piece]:
        """Cut in two: every other arm, or, of an odd number of arms, half of the members.

        Those who compete at a rung stay together. Arms that are listed side by side are often of
        one kind, so both parts get some of each kind and take about as long.
        """
        arms = list(dict.fromkeys(trial.arm for trial in self.trials))
        competing = any(trial.rungs for trial in self.trials)
        if len(self.trials) < 2 * ROWS_AT_LEAST or (competing and len(arms) < 2):
            return []
        if competing or len(arms) % 2 == 0:
            first = set(arms[::2])
            sides = [trial.arm in first for trial in self.trials]
        else:
            sides = [place < len(self.trials) // 2 for place in range(len(self.trials))]
        return [self._part([p for p, s in enumerate(sides) if s is side]) for side in (True, False)]

    def _part(self, places: list[int]) -> Piece:
        members = tuple(self.program.members[place] for place in places)
        index = tuple(self.program.index[place] for place in places)
        program = replace(self.program, recipe=members[0], members=members, index=index)
        return Piece(program, [self.trials[place] for place in places])


def pieces_of(trials: Sequence[Trial], cores: int) -> list[Piece]:
    """Plan the trials, cut on a CPU into as many pieces as it has cores, the longest first."""
    pieces = [
        Piece(program, [trials[place] for place in program.index])
        for program in plan([_lean(trial.recipe) for trial in trials])
    ]
    devices = {device_of(piece.program.recipe.train.device).type for piece in pieces}
    while 0 < len(pieces) < cores and devices == {"cpu"}:
        pieces.sort(key=lambda piece: len(piece.trials), reverse=True)
        if not (halves := pieces[0].cut()):
            break
        pieces[:1] = halves
    return sorted(pieces, key=lambda piece: len(piece.trials), reverse=True)


def _lean(recipe: Recipe) -> Recipe:
    """Take no snapshots by the recipe: a comparison saves by the clock."""
    train = recipe.train.model_copy(update={"checkpoint_every": recipe.train.length})
    return recipe.model_copy(update={"train": train})
