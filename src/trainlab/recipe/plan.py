"""Recipes -> programs: who can be rows of one matrix, and why the others cannot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from trainlab.recipe.members import leaves
from trainlab.recipe.schema import Recipe

__all__ = ["Program", "expand", "plan"]


@dataclass(frozen=True)
class Program:
    """Members that run as rows of one matrix."""

    recipe: Recipe
    """What they share: read from it whatever is not per member."""
    members: tuple[Recipe, ...]
    """One recipe a row; they differ only in fields that are per member."""
    index: tuple[int, ...]
    """Each member's place among the recipes that were planned."""
    why: str
    """What sets this program apart from the others; empty where it is the only one."""


def plan(recipes: Sequence[Recipe]) -> list[Program]:
    """Group recipes into programs: each recipe in exactly one, in the order given."""
    groups: dict[str, list[int]] = {}
    shapes = [_shape(recipe) for recipe in recipes]
    for place, shape in enumerate(shapes):
        groups.setdefault(repr(shape), []).append(place)
    kinds = [shapes[places[0]] for places in groups.values()]
    return [
        Program(
            recipe=recipes[places[0]],
            members=tuple(recipes[place] for place in places),
            index=tuple(places),
            why=_why(kind, kinds),
        )
        for places, kind in zip(groups.values(), kinds, strict=True)
    ]


def expand(recipe: Recipe) -> list[Recipe]:
    """Give each member its own recipe: one a seed, and of each seed one a fold."""
    split = recipe.data.split
    folds = range(split.folds) if split.folds and split.fold is None else [split.fold]
    return [_member(recipe, recipe.seed + i, fold) for i in range(recipe.seeds) for fold in folds]


def _member(recipe: Recipe, seed: int, fold: int | None) -> Recipe:
    split = recipe.data.split.model_copy(update={"fold": fold})
    data = recipe.data.model_copy(update={"split": split})
    return recipe.model_copy(update={"seed": seed, "seeds": 1, "data": data})


def _shape(recipe: Recipe) -> dict[str, Any]:
    """Give the values that shape the program; of rules, only those that search along a line do."""
    shaping = [leaf for leaf in leaves(recipe) if not leaf.per_member]
    if not recipe.optimizer.searches:
        shaping = [leaf for leaf in shaping if not leaf.key.startswith("optimizer.rule")]
    return {leaf.key: leaf.value for leaf in shaping}


def _why(kind: dict[str, Any], kinds: Sequence[dict[str, Any]]) -> str:
    """Say in which values a program differs from any other, and what its own are."""
    differing = [key for key in kind if any(_differs(key, kind, other) for other in kinds)]
    rows = [key.removesuffix("name") for key in differing if key.endswith(".name")]
    told = [
        key
        for key in differing
        if not any(key.startswith(row) and key != f"{row}name" for row in rows)
    ]
    return ", ".join(f"{key} = {_shown(kind[key])}" for key in told)


def _differs(key: str, one: dict[str, Any], other: dict[str, Any]) -> bool:
    return key not in other or other[key] != one[key]


def _shown(value: Any) -> str:
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(_shown, value))}]"
    return "null" if value is None else str(value)
