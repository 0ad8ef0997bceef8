"""Text <-> recipe: YAML with the line in every error, and every value in force as YAML again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import yaml
from pydantic import BaseModel

from trainlab.errors import RecipeError
from trainlab.recipe.choices import Choice
from trainlab.recipe.fields import Span
from trainlab.recipe.lines import SCALARS, TAG, parse, pattern, place
from trainlab.recipe.optimizer import HYPERS
from trainlab.recipe.overrides import parse_override
from trainlab.recipe.schedules import SchedulesBase
from trainlab.recipe.schema import Recipe

__all__ = ["read", "write"]

WIDTH = 100


def read(text: str, name: str, overrides: Sequence[str] = ()) -> Recipe:
    """Read a recipe; `name` is the file's, for errors; overrides are `key=value`.

    Raises RecipeError, or UnknownName for a name that no table has.
    """
    document = parse(text, name)
    if document.data is None:
        raise RecipeError(
            "this recipe is empty",
            where=name,
            next_step="begin with `data: {source: digits}`, or have one written: trainlab new DATA",
        )
    if not isinstance(document.data, Mapping):
        kind = "a list" if isinstance(document.data, list) else "a single value"
        raise RecipeError(
            f"a recipe is sections under their names, but this is {kind}",
            where=place(name, 1),
            next_step="write `data:`, `network:`, `optimizer:`, ... and their keys indented below",
        )
    places = {path: place(name, line) for path, line in document.lines.items()}
    parsed = [parse_override(override) for override in overrides]
    return Recipe.of(document.data, parsed, {(): name, **places})


def write(recipe: Recipe, heading: str = "") -> str:
    """Write every value in force, in the order of the schema; `read` gives an equal recipe."""
    lines = [f"# {line}".rstrip() for line in heading.splitlines()]
    for name, field in Recipe.model_fields.items():
        value = getattr(recipe, name)
        if isinstance(value, BaseModel) or name == "seed":
            lines += ["", f"# {field.description}"]
        lines += _entry(name, plain(value), block=isinstance(value, BaseModel))
    return "\n".join(lines).lstrip("\n") + "\n"


def plain(value: Any) -> Any:
    """Give a value of a recipe as YAML would say it: a row without options is its bare name."""
    if isinstance(value, SchedulesBase):
        return {name: plain(choice) for name, choice in value.chosen().items()}
    if isinstance(value, BaseModel):
        items = {key: plain(getattr(value, key)) for key in type(value).model_fields}
        if isinstance(value, Choice) and len(items) == 1:
            return value.name
        return {k: v for k, v in items.items() if v is not None or k not in HYPERS}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return str(value) if isinstance(value, Span) else value


class _Writer(yaml.SafeDumper):
    """Quotes words that either version of YAML would take for something else."""


for _kind in SCALARS:
    _Writer.add_implicit_resolver(TAG + _kind, pattern(_kind), None)


def _entry(name: str, value: Any, block: bool) -> list[str]:
    if not block or not isinstance(value, Mapping) or not value:
        return [f"{name}: {_flow(value)}"]
    line = f"{name}: {_flow(value)}"
    if "name" in value and len(line) <= WIDTH:
        return [line]
    return [f"{name}:", *(f"  {key}: {_flow(item)}" for key, item in value.items())]


def _flow(value: Any) -> str:
    listed = yaml.dump(
        [value], Dumper=_Writer, default_flow_style=True, width=10**9, sort_keys=False
    )
    return str(listed).strip()[1:-1]
