"""Fields that choose a row of a table: `network: mlp` or `network: {name: mlp, widths: [64]}`.

The row's own function declares the options: its keyword-only parameters, with their annotations,
bounds and defaults, become a pydantic model with `name: Literal["mlp"]`. A new row in a table is a
new choice in a recipe with nothing to edit here.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    Strict,
    create_model,
)
from pydantic_core import CoreSchema, PydanticCustomError

from trainlab.recipe.members import PerMember
from trainlab.tables import Table

__all__ = ["Choice", "Family", "OneOf", "row_of"]


class Choice(BaseModel):
    """A row of a table with its options."""

    model_config = ConfigDict(frozen=True, extra="forbid", title="choice")

    name: str

    def options(self) -> dict[str, Any]:
        """Give the options as the row's function takes them."""
        return {key: getattr(self, key) for key in type(self).model_fields if key != "name"}


@dataclass(frozen=True, eq=False)
class Family:
    """A table whose rows a recipe may choose."""

    table: Table[Any]
    declares: Callable[[Any], Callable[..., Any]]
    """Gives the function of a row whose keyword-only parameters are its options."""
    numbers_per_member: bool = False
    """Whether members of one program may differ in the numeric options."""
    hidden: frozenset[str] = frozenset()
    """Parameters that another section of the recipe owns."""

    @cached_property
    def models(self) -> dict[str, type[Choice]]:
        """Give the model of each row."""
        return {name: self._model(name) for name in self.table}

    def spell(self, given: Any) -> Any:
        """Turn a bare name into `{name: ...}` and any spelling of it into the table's own."""
        if isinstance(given, str):
            given = {"name": given}
        if not isinstance(given, Mapping) or not isinstance(given.get("name"), str):
            return given
        return {**given, "name": spelled(self.table, given["name"])}

    def _model(self, name: str) -> type[Choice]:
        row = self.table[name]
        function = self.declares(row)
        hints = get_type_hints(function, include_extras=True)
        fields: dict[str, Any] = {"name": (Literal[name], name)}
        for option, parameter in inspect.signature(function).parameters.items():
            if parameter.kind is parameter.KEYWORD_ONLY and option not in self.hidden:
                fields[option] = self._field(hints.get(option, Any), parameter.default)
        model = create_model(name, __base__=Choice, **fields)
        model.__doc__ = row.card.does
        return model

    def _field(self, hint: Any, default: Any) -> tuple[Any, Any]:
        kind = strict(hint)
        if self.numbers_per_member and is_number(hint):
            kind = Annotated[kind, PerMember]
        default = ... if default is inspect.Parameter.empty else default
        return kind, Field(default, description=sentence(hint))


@dataclass(frozen=True, eq=False)
class OneOf:
    """Annotates a field whose value is a row of a family: `Annotated[Choice, OneOf(NETWORK)]`."""

    family: Family

    def default(self, name: str) -> Any:
        """Give a row with its own options, for a field's default."""
        return self.family.models[name]()

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Validate by the model of the row that is named."""
        models = tuple(self.family.models.values())
        union: Any = models[0]
        if len(models) > 1:
            union = Annotated[Union[models], Field(discriminator="name")]
        return handler.generate_schema(Annotated[union, BeforeValidator(self.family.spell)])

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Accept a bare name too."""
        names = {"enum": sorted(self.family.table), "type": "string"}
        return {"anyOf": [names, handler(schema)]}


def spelled(table: Table[Any], given: str) -> str:
    """Give a row's own spelling of its name."""
    if given not in table:
        raise PydanticCustomError(
            "unknown_name",
            "there is no {family} {given}",
            {"family": table.family, "given": given, "allowed": sorted(table)},
        )
    return table.name(given)


def row_of(table: Table[Any]) -> AfterValidator:
    """Annotates a field whose value is the bare name of a row, in any spelling of it."""
    return AfterValidator(lambda given: spelled(table, given))


def strict(hint: Any) -> Any:
    """Give the annotation without pydantic's leniency: `true` is no number, "3" is no 3."""
    origin, inner = get_origin(hint), get_args(hint)
    if hint in (int, float, bool, str):
        return Annotated[hint, Strict()]
    if origin is Annotated:
        return Annotated[(strict(inner[0]), *inner[1:])]
    if origin in (Union, UnionType):
        return Union[tuple(strict(kind) for kind in inner)]
    if origin in (tuple, list):
        return origin[tuple(part if part is ... else strict(part) for part in inner)]
    return hint


def is_number(hint: Any) -> bool:
    """Say whether an annotation is a number, a span of training, or one of these or nothing."""
    if get_origin(hint) is Annotated:
        return is_number(get_args(hint)[0])
    if get_origin(hint) in (Union, UnionType):
        return all(kind is NoneType or is_number(kind) for kind in get_args(hint))
    return hint in (int, float) or getattr(hint, "__name__", "") == "Span"


def sentence(hint: Any) -> str | None:
    """Give the sentence of an annotation that carries one: `Annotated[float, Doc("...")]`."""
    notes = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
    found = (getattr(note, "documentation", None) for note in notes)
    return next((text for text in found if isinstance(text, str)), None)
