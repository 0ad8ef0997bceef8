"""The kinds of values that a recipe's fields take, and the base of its sections."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    AllowInfNan,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    Strict,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from trainlab.errors import RecipeError
from trainlab.schedules import Span

__all__ = ["Count", "Length", "Number", "OnOff", "Section", "Span", "Switch", "Word", "fault"]


class Section(BaseModel):
    """A section of a recipe: frozen, no unknown keys, a sentence under every field."""

    # built when first used: most models are only parts of the recipe, which builds them again
    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, defer_build=True
    )

    @model_validator(mode="before")
    @classmethod
    def _empty_is_default(cls, given: Any) -> Any:
        """Take a section with nothing under its name (`regularize:`) as one not given."""
        if not isinstance(given, Mapping):
            return given
        return {key: value for key, value in given.items() if value is not None or cls._null(key)}

    @classmethod
    def _null(cls, key: str) -> bool:
        field = cls.model_fields.get(key)
        return field is None or not isinstance(field.default, Section | tuple)


def fault(what: str, *, key: str = "", next_step: str = "") -> PydanticCustomError:
    """Make a fault of a value, to be raised by a validator: "{key} {what}"."""
    # pydantic fills braces from the context, so the words travel there
    return PydanticCustomError(
        "fault", "{what}", {"what": what, "key": key, "next_step": next_step, "allowed": []}
    )


def _switch(given: Any) -> Any:
    """Understand YAML 1.1's words for truth, which 1.2 reads as words."""
    words = {"on": True, "yes": True, "off": False, "no": False}
    return words.get(given.casefold(), given) if isinstance(given, str) else given


def _on_off(given: Any) -> Any:
    """Understand truth values where words are asked for: `compile: true`."""
    return {True: "on", False: "off"}[given] if isinstance(given, bool) else given


def _span(given: Any) -> Span:
    try:
        return Span.parse(given)
    except RecipeError:
        raise PydanticCustomError("length", "a length of training: 30ep, 2000steps or 5%") from None


LENGTH = r"^ *[0-9.]+ *(ep|epochs?|steps?|%)? *$"
Word = Annotated[str, Strict()]
Count = Annotated[int, Strict()]
Number = Annotated[float, Strict(), AllowInfNan(False)]
Switch = Annotated[bool, Strict(), BeforeValidator(_switch)]
OnOff = Annotated[
    Literal["auto", "on", "off"],
    BeforeValidator(_on_off, json_schema_input_type=Literal["auto", "on", "off"] | bool),
]
Length = Annotated[
    Span,
    BeforeValidator(_span),
    PlainSerializer(str),
    WithJsonSchema({"type": ["string", "integer"], "pattern": LENGTH}),
]
"""A stretch of training: "30ep" epochs, "2000steps" updates, "5%" of the run; 2000 is steps."""
