"""Text <-> recipe: YAML with the line in every error, and every value in force as YAML again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from trainlab.errors import InputError, RecipeError
from trainlab.recipe.choices import Choice
from trainlab.recipe.faults import listed
from trainlab.recipe.lines import SCALARS, TAG, Path, parse, place
from trainlab.recipe.overrides import Override, parse_override, put
from trainlab.recipe.schema import Recipe

__all__ = ["read", "write"]


def read(text: str, name: str, overrides: Sequence[str] = ()) -> Recipe:
    """Read a recipe; `name` is the file's, for errors; overrides are `key=value`.

    Raises RecipeError, or UnknownName for a name that no table has.
    """
    document = parse(text, name)
    if document.data is None:
        raise RecipeError(
            "this recipe is empty",
            where=name,
            next_step="write a section, such as `data: {source: digits}`, or see trainlab new",
        )
    if not isinstance(document.data, Mapping):
        kind = "list" if isinstance(document.data, list) else "single value"
        raise RecipeError(
            f"a recipe is sections under their names, but this is a {kind}",
            where=place(name, 1),
            next_step="write `data:`, `network:`, `optimizer:`, ... with their keys indented below",
        )
    places = {path: place(name, line) for path, line in document.lines.items()}
    return _with(document.data, {(): name, **places}, overrides)


def _with(data: Mapping[str, Any], places: Mapping[Path, str], overrides: Sequence[str]) -> Recipe:
    """Put the overrides in; each fault then names the override or the line that it comes from."""
    parsed = [parse_override(text) for text in overrides]
    where = dict(places)
    for override in parsed:
        ...
    return Recipe.of(put(data, parsed, Recipe().filled()), where)
