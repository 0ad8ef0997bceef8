"""pydantic's list of faults -> one error that says what, where, what is allowed, what is near."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from trainlab.errors import InputError, RecipeError, UnknownName
from trainlab.recipe.choices import OneOf
from trainlab.recipe.lines import Path

__all__ = ["Places", "explain", "listed"]

Places = Mapping[Path, str]
"""Where each key was said: "my.yaml, line 7", "the override 'optimizer.lr=-1'"."""

WANTED = {
    "greater_than": "more than {gt:g}",
    "greater_than_equal": "at least {ge:g}",
    "less_than": "less than {lt:g}",
    "less_than_equal": "at most {le:g}",
    "string_pattern_mismatch": "a device: auto, cpu, mps, cuda or cuda:0",
    "length": "a length of training: 30ep, 2000steps or 5%",
    "int_type": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "string_type": "a word",
    "tuple_type": "a list: [...]",
    "list_type": "a list: [...]",
    "dict_type": "a section of keys and values",
    "model_type": "a section of keys and values",
    "model_attributes_type": "a section of keys and values",
}


def explain(
    error: ValidationError, model: type[BaseModel], data: Any, places: Places
) -> InputError:
    """Turn pydantic's error into ours; several faults are listed together."""
    by_path: dict[Path, list[ErrorDetails]] = {}
    for detail in error.errors(include_url=False):
        by_path.setdefault(_path(detail, data), []).append(detail)
    return listed([_fault(d, path, model, data, places) for path, d in by_path.items()])


def listed(faults: Sequence[InputError]) -> InputError:
    """Give one error for many."""
    if len(faults) == 1:
        return faults[0]
    texts = [str(fault).replace("\n", "\n   ") for fault in faults]
    numbered = [f"{number}. {text}" for number, text in enumerate(texts, start=1)]
    return RecipeError("\n".join([f"the recipe has {len(faults)} faults", *numbered]))


def _fault(
    details: Sequence[ErrorDetails], path: Path, model: type[BaseModel], data: Any, places: Places
) -> InputError:
    detail, key = details[0], _dotted(path) or "the recipe"
    where = _place(path, places) or _dotted(path)
    context = detail.get("ctx", {})
    if detail["type"] == "extra_forbidden":
        return _unknown_key(path, keys_at(model, path[:-1], data), where)
    if detail["type"] == "missing":
        return RecipeError(f"{key} is missing, and it has no default", where=where)
    if "allowed" in context:
        named = detail["type"] == "unknown_name"
        return (UnknownName if named else RecipeError)(
            detail["msg"] if named else f"{key} {detail['msg']}",
            where=f"{where}: {key}" if named and where != key else where,
            allowed=context["allowed"],
            given=context.get("given", ""),
            next_step=context.get("next_step", ""),
        )
    words = _words(detail)
    if words and len(details) == 1:
        given = detail["input"]
        return RecipeError(
            f"{key} cannot be {_shown(given)}", where=where, allowed=words, given=str(given)
        )
    wanted = " or ".join(_wanted(one) for one in details)
    return RecipeError(f"{key} should be {wanted}, but is {_shown(detail['input'])}", where=where)


def _unknown_key(path: Path, allowed: Sequence[str], where: str) -> InputError:
    section = _dotted(path[:-1])
    return RecipeError(
        f"{section or 'a recipe'} has no {'key' if section else 'section'} {path[-1]!r}",
        where=where,
        allowed=sorted(allowed),
        given=str(path[-1]),
        next_step="see what each means: trainlab schema",
    )


def _wanted(detail: ErrorDetails) -> str:
    """Say what a value should be."""
    words = _words(detail)
    if words:
        return f"one of {', '.join(words)}" if len(words) > 1 else words[0]
    if detail["type"] in WANTED:
        return WANTED[detail["type"]].format(**detail.get("ctx", {}))
    return re.sub(r"^(Input )?should (be |have )?", "", detail["msg"])


def _words(detail: ErrorDetails) -> list[str]:
    expected = str(detail.get("ctx", {}).get("expected", ""))
    return re.findall(r"'([^']*)'", expected) if detail["type"] == "literal_error" else []


def _shown(value: Any) -> str:
    """Write a value as YAML would."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return repr(value) if isinstance(value, int | float | str) else f"a {type(value).__name__}"


def _place(path: Path, places: Places) -> str:
    """Give the nearest place that is known: the key's own, or that of the section around it."""
    prefixes = (path[:length] for length in range(len(path), 0, -1))
    return next((places[prefix] for prefix in prefixes if prefix in places), places.get((), ""))


def _path(detail: ErrorDetails, data: Any) -> Path:
    """Give the keys that lead to a fault, without pydantic's own steps (which row, which kind)."""
    path: list[str | int] = []
    for step in detail["loc"]:
        inside = _inside(data, step)
        if inside is not None:
            path, data = [*path, step], inside[0]
    if detail["type"] == "missing":
        path.append(detail["loc"][-1])
    key = detail.get("ctx", {}).get("key")
    return (*path, *key.split(".")) if key else tuple(path)


def _inside(data: Any, step: str | int) -> tuple[Any] | None:
    """Give what stands under a key or at a place, where something does."""
    if isinstance(data, Mapping) and step in data:
        return (data[step],)
    if isinstance(data, list | tuple) and isinstance(step, int) and step < len(data):
        return (data[step],)
    return None


def _dotted(path: Path) -> str:
    return ".".join(str(step) for step in path)


def keys_at(model: type[BaseModel], path: Path, data: Any) -> list[str]:
    """Give the keys that a section of a recipe may have, for the row that the data choose."""
    hint: Any = model
    for step in path:
        if not isinstance(step, int):
            field = _model(hint, data).model_fields[step]
            hint = Annotated[(field.annotation, *field.metadata, field)]
        data = data[step]
    return list(_model(hint, data).model_fields)


def _model(hint: Any, data: Any) -> type[BaseModel]:
    found = _find(hint, data)
    return found or BaseModel


def _find(hint: Any, data: Any) -> type[BaseModel] | None:
    """Find the model that an annotation holds: a section, or the chosen row's."""
    choice = next((note for note in get_args(hint) if isinstance(note, OneOf)), None)
    if choice is not None:
        return choice.model_of(data)
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return hint
    return next((found for part in get_args(hint) if (found := _find(part, data))), None)
