"""The arms of a comparison: recipes with names, written out or varied from one recipe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import yaml

from trainlab.errors import RecipeError
from trainlab.recipe import Recipe
from trainlab.recipe.lines import parse_value

__all__ = ["Arm", "Vary", "checked", "varied"]


@dataclass(frozen=True)
class Arm:
    """One of the things compared."""

    name: str
    recipe: Recipe


@dataclass(frozen=True)
class Vary:
    """A field of the recipe, and the values that it takes in turn."""

    key: str
    values: tuple[Any, ...]

    @classmethod
    def parse(cls, text: str) -> Vary:
        """Read `optimizer.rule=sgd,adam`; the values are YAML, separated by commas.

        Raises RecipeError.
        """
        key, equals, said = (part.strip() for part in text.partition("="))
        try:
            values = parse_value(f"[{said}]", "--vary")
        except RecipeError:
            values = []
        if not (key and equals) or len(values) < 2:
            raise RecipeError(
                f"{text!r} does not vary anything",
                where="--vary",
                next_step="give a key and two values or more: --vary optimizer.rule=sgd,adam",
            )
        return cls(key, tuple(values))


def varied(recipe: Recipe, vary: Sequence[Vary], *, zipped: bool = False) -> list[Arm]:
    """Give an arm for each combination of values; zipped: first with first, second with second.

    Raises RecipeError for values that the recipe refuses, and for lists of unequal length.
    """
    if zipped and len({len(each.values) for each in vary}) > 1:
        raise RecipeError(
            "values that go together in pairs must be equally many",
            where="--zip",
            given=", ".join(f"{each.key}: {len(each.values)}" for each in vary),
            next_step="leave --zip out for every combination",
        )
    columns = [each.values for each in vary]
    combinations = list(zip(*columns, strict=True)) if zipped else list(product(*columns))
    keys = [each.key for each in vary]
    return [_arm(recipe, dict(zip(keys, values, strict=True))) for values in combinations]


def checked(arms: Sequence[Arm]) -> list[Arm]:
    """Give the arms, if there is something to compare: two or more, of different names.

    Raises RecipeError.
    """
    names = [arm.name for arm in arms]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise RecipeError(f"two arms are called {twice[0]!r}", where="the arms", allowed=names)
    if len(arms) < 2:
        raise RecipeError(
            "there is nothing to compare: one arm alone",
            where="the arms",
            next_step="vary something, --vary optimizer.rule=sgd,adam, or name a second recipe",
        )
    return list(arms)


def _arm(recipe: Recipe, values: Mapping[str, Any]) -> Arm:
    changed = recipe
    for key, value in values.items():
        changed = changed.replace(key, value)
    return Arm(_name(values), changed)


def _name(values: Mapping[str, Any]) -> str:
    """Name an arm by what it varies: the value alone where it speaks for itself."""
    return " ".join(
        _shown(value) if isinstance(value, str | dict) else f"{_short(key)}={_shown(value)}"
        for key, value in values.items()
    )


def _short(key: str) -> str:
    return key.rpartition(".")[2]


def _shown(value: Any) -> str:
    if isinstance(value, dict) and "name" in value:
        rest = (f"{key}={_shown(each)}" for key, each in value.items() if key != "name")
        return " ".join([str(value["name"]), *rest])
    if isinstance(value, dict):
        return " * ".join(map(str, value.values()))
    if isinstance(value, float):
        return f"{value:g}"
    text: str = yaml.safe_dump(value, default_flow_style=True).strip()
    return text.removesuffix("...").strip()
