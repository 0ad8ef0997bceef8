"""Fields that choose a row of a table: `network: mlp` or `network: {name: mlp, widths: [64]}`.

The row's own function declares the options: its keyword-only parameters, with their annotations,
bounds and defaults, become a pydantic model with `name: Literal["mlp"]`. A new row in a table is a
new choice in a recipe, with nothing to edit here.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
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
    create_model,
)
from pydantic_core import CoreSchema, PydanticCustomError

from trainlab.recipe.fields import Count, Number, Span, Switch, Word
from trainlab.recipe.members import PerMember
from trainlab.tables import Table

__all__ = ["Choice", "Family", "NameOf", "OneOf"]

STRICT = {int: Count, float: Number, bool: Switch, str: Word}
"""What the annotations of a row's options mean in a recipe: `true` is no number, "3" is no 3."""


class Choice(BaseModel):
    """A row of a table with its options."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    name: str

    def arguments(self) -> dict[str, Any]:
        """Give the options as the row's function takes them."""
        return {key: _plain(getattr(self, key)) for key in type(self).model_fields if key != "name"}


@dataclass(frozen=True, eq=False)
class Family:
    """A table whose rows a recipe may choose."""

    table: Table[Any]
    declares: Callable[[Any], Sequence[Callable[..., Any]]]
    """Gives the functions of a row whose keyword-only parameters are its options."""
    kind: Callable[[str, Any], Any] = lambda option, hint: None
    """Gives what an option is in a recipe, where that is not its annotation itself."""
    hidden: frozenset[str] = frozenset()
    """Parameters that another section of the recipe owns."""
    per_member: bool = False
    """Whether members of one program may differ in the numbers among the options."""
    label: str = ""
    """What the models are called, where another family is made of the same table."""

    @cached_property
    def models(self) -> dict[str, type[Choice]]:
        """Give the model of each row."""
        return {name: self._model(name) for name in self.table}

    def spell(self, given: Any) -> Any:
        """Turn a bare name into `{name: ...}`, in the table's own spelling.

        Nothing, said as `null` or `false`, is the row "none" where there is one.
        """
        if (given is None or given is False) and "none" in self.table:
            given = "none"
        if isinstance(given, str):
            given = {"name": given}
        if isinstance(given, Choice):
            return given
        if not isinstance(given, Mapping) or not isinstance(given.get("name"), str):
            raise PydanticCustomError(
                "unnamed",
                "should be the name of a {family}, alone or as `name:` beside its options",
                {"family": self.table.family, "allowed": sorted(self.table)},
            )
        return {**given, "name": spelled(self.table, given["name"])}

    def _model(self, name: str) -> type[Choice]:
        fields: dict[str, Any] = {"name": (Literal[name], name)}
        for function in self.declares(self.table[name]):
            for option, (hint, default) in _options(function).items():
                if option not in self.hidden:
                    fields[option] = self._field(option, hint, default)
        label = f"{self.label or self.table.family}_{name}".replace(" ", "_")
        return create_model(label, __base__=Choice, __doc__=self._about(name), **fields)

    def _about(self, name: str) -> str:
        card = self.table[name].card
        text = f"{card.does}. {card.values}".strip(" .")
        return f"{text[:1].upper()}{text[1:]}."

    def _field(self, option: str, hint: Any, default: Any) -> tuple[Any, Any]:
        kind = self._strict(option, hint)
        if self.per_member and _is_number(kind):
            kind = Annotated[kind, PerMember]
        given = {} if default is inspect.Parameter.empty else {"default": default}
        return kind, Field(**given, validate_default=True)

    def _strict(self, option: str, hint: Any) -> Any:
        """Read a Python annotation as strictly as a recipe's own fields."""
        own = self.kind(option, hint)
        if own is not None:
            return own
        origin, inner = get_origin(hint), get_args(hint)
        if origin is Annotated:
            return Annotated[(self._strict(option, inner[0]), *inner[1:])]
        if origin in (Union, UnionType):
            return Union[tuple(self._strict(option, part) for part in inner)]  # noqa: UP007
        if origin in (tuple, list):
            return origin[tuple(p if p is ... else self._strict(option, p) for p in inner)]
        return STRICT.get(hint, hint)


@dataclass(frozen=True, eq=False)
class OneOf:
    """Annotates a field whose value is a row of a family: `Annotated[Choice, OneOf(NETWORK)]`."""

    family: Family

    def default(self, name: str) -> Choice:
        """Give a row with its own options, for a field's default."""
        return self.family.models[name](name=name)

    def model_of(self, given: Any) -> type[Choice]:
        """Give the model of the row that data name."""
        name = given if isinstance(given, str) else given["name"]
        return self.family.models[self.family.table.name(name)]

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Validate by the model of the row that is named."""
        union: Any = Union[tuple(self.family.models.values())]  # noqa: UP007
        tagged = Annotated[union, Field(discriminator="name")] if get_args(union) else union
        return handler.generate_schema(Annotated[tagged, BeforeValidator(self.family.spell)])

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Accept a bare name too."""
        return {"anyOf": [names_of(self.family.table), handler(schema)]}


@dataclass(frozen=True, eq=False)
class NameOf:
    """Annotates a field whose value is the bare name of a row: `Annotated[str, NameOf(RULES)]`."""

    table: Table[Any]

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Accept any spelling of a name and keep the table's own."""
        spell = AfterValidator(lambda given: spelled(self.table, given))
        return handler.generate_schema(Annotated[Word, spell])

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """List the names, each with what it does."""
        return names_of(self.table)


def names_of(table: Table[Any]) -> dict[str, Any]:
    """Give the JSON Schema of a row's name."""
    rows = sorted(table)
    told = [table[name].card.does for name in rows]
    return {"type": "string", "enum": rows, "enumDescriptions": told}


def _options(function: Callable[..., Any]) -> dict[str, tuple[Any, Any]]:
    """Read the keyword-only parameters of a function: annotation and default."""
    parameters = inspect.signature(function).parameters.values()
    own = [p for p in parameters if p.kind is p.KEYWORD_ONLY]
    hints = get_type_hints(function, include_extras=True) if own else {}
    return {p.name: (hints[p.name], p.default) for p in own}


def spelled(table: Table[Any], given: str) -> str:
    """Give a row's own spelling of its name."""
    if given not in table:
        raise PydanticCustomError(
            "unknown_name",
            "there is no {family} '{given}'",
            {
                "family": table.family,
                "given": given,
                "allowed": sorted(table),
                "next_step": f"see them described: trainlab list {table.family.replace(' ', '-')}",
            },
        )
    return table.name(given)


def _plain(value: Any) -> Any:
    """Give a choice within a choice as data: its name, or its name with options."""
    if isinstance(value, tuple):
        return tuple(_plain(item) for item in value)
    if not isinstance(value, Choice):
        return value
    return {"name": value.name, **value.arguments()} if value.arguments() else value.name


def _is_number(kind: Any) -> bool:
    """Say whether a kind is a number, a length of training, or one of these or nothing."""
    if get_origin(kind) is Annotated:
        return _is_number(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        return all(_is_number(part) for part in get_args(kind))
    return kind in (int, float, Span, NoneType)
