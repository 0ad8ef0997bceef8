"""pydantic's list of faults -> one error that says what, where, what is allowed, what is near."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from trainlab.errors import InputError, RecipeError, UnknownName
from trainlab.recipe.lines import Path
from trainlab.tables import fold

__all__ = ["Places", "explain"]

Places = Mapping[Path, str]
"""Where each key was said: "my.yaml, line 7", "the override 'optimizer.lr=-1'"."""


def explain(error: ValidationError, data: Any, places: Places) -> InputError:
    """Turn pydantic's error into ours; several faults are listed together."""
    faults: dict[Path, InputError] = {}
    for detail in error.errors(include_url=False):
        path = _path(detail, data)
        faults.setdefault(path, _fault(detail, path, places))
    found = list(faults.values())
    if len(found) == 1:
        return found[0]
    listed = [f"({number}) {fault}" for number, fault in enumerate(found, start=1)]
    return RecipeError(f"the recipe has {len(found)} faults\n" + "\n".join(listed))


def _fault(detail: ErrorDetails, path: Path, places: Places) -> InputError:
    return RecipeError(f"{'.'.join(map(str, path))}: {detail['msg']}", where=str(places.get(path, "")))


def _path(detail: ErrorDetails, data: Any) -> Path:
    return tuple(detail["loc"])
