"""Who is in a run: one entry a member, numbered through all of the run's programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Member", "seeds_of_one_program"]


@dataclass(frozen=True, kw_only=True)
class Member:
    """One network of a run."""

    member: int
    """Its number in the run; its weights are `weights/member-NNN.safetensors`."""
    seed: int
    program: int = 0
    place: int
    """Its place in the program: what the events call it."""
    differs: Mapping[str, Any] = field(default_factory=dict)
    """What sets it apart from the recipe besides its seed: {"optimizer.lr": 0.1}."""

    @property
    def arm(self) -> str:
        """What it shares with the members that differ from it only by their seed, in words."""
        return ", ".join(f"{key} = {value}" for key, value in self.differs.items())


def seeds_of_one_program(seeds: Sequence[int]) -> list[Member]:
    """Give the members of the common run: one recipe, one program, several seeds."""
    return [Member(member=place, seed=seed, place=place) for place, seed in enumerate(seeds)]
