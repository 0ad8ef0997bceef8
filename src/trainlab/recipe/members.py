"""Which values may differ between the members of one program, and how to read them as a column.

A field marked `PerMember` is a number in the engine's tensors: each row has its own. Every other
field shapes the program itself: recipes that differ in one cannot be rows of one matrix.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel

from trainlab.errors import RecipeError
from trainlab.tables import ON_DISK

__all__ = ["Leaf", "PerMember", "column", "leaves", "read"]


class _PerMember:
    def __repr__(self) -> str:
        return "PerMember"


PerMember: Final = _PerMember()
"""Marks a field that may differ between members of one program: `Annotated[float, PerMember]`."""


@dataclass(frozen=True)
class Leaf:
    """One value of a recipe with its dotted key."""

    key: str
    value: Any
    per_member: bool
    on_disk: bool = False
    """Whether it names a file or a folder."""


def leaves(model: BaseModel, prefix: str = "") -> Iterator[Leaf]:
    """Walk a recipe's values in the order of its fields."""
    for name, field in type(model).model_fields.items():
        key, value = f"{prefix}{name}", getattr(model, name)
        if isinstance(value, BaseModel):
            yield from leaves(value, f"{key}.")
        elif _is_list_of_models(value):
            yield Leaf(f"{key}.length", len(value), False)
            for place, item in enumerate(value):
                yield from leaves(item, f"{key}.{place}.")
        else:
            yield Leaf(key, value, PerMember in field.metadata, ON_DISK in field.metadata)


def read(recipe: BaseModel, key: str) -> Any:
    """Read one value by its dotted key: `read(recipe, "optimizer.lr")`."""
    value: Any = recipe
    for part in key.split("."):
        value = _child(value, part, key)
    return value


def column(members: Sequence[BaseModel], key: str, none: float = math.inf) -> list[float]:
    """Read one number of every member; `none` stands for null (a clip that is off is infinite)."""
    values = [read(member, key) for member in members]
    return [none if value is None else float(value) for value in values]


def _child(value: Any, part: str, key: str) -> Any:
    if isinstance(value, tuple) and part.isdigit() and int(part) < len(value):
        return value[int(part)]
    names = list(type(value).model_fields) if isinstance(value, BaseModel) else []
    if part not in names:
        raise RecipeError(
            f"a recipe has no value {key!r}", allowed=names, given=part, next_step="trainlab schema"
        )
    return getattr(value, part)


def _is_list_of_models(value: Any) -> bool:
    return isinstance(value, tuple) and all(isinstance(item, BaseModel) for item in value)
