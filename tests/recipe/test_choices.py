from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import pytest
from annotated_types import Gt
from pydantic import BaseModel, TypeAdapter, ValidationError

from trainlab.recipe.choices import Choice, Family, NameOf, OneOf
from trainlab.recipe.members import PerMember
from trainlab.tables import Card, Table


@dataclass(frozen=True)
class Tool:
    make: Callable[..., object]
    card: Card


def hammer(weight: float, /, *, grams: Annotated[int, Gt(0)] = 500, soft: bool = False) -> None: ...


def saw(*, teeth: tuple[int, ...] = (8, 8), cut: Literal["rip", "cross"] = "rip") -> None: ...


def glue(*, brand: str, hours: float | None = None, secret: int = 0) -> None: ...


def none() -> None: ...


TOOLS = Table(
    "tool",
    {
        name: Tool(make, Card(does=f"is a {name}", values="SI units"))
        for name, make in {"hammer": hammer, "saw": saw, "wood_glue": glue, "none": none}.items()
    },
)


def family(**options: Any) -> Family:
    return Family(TOOLS, lambda row: [row.make], **options)


def read(given: Any, **options: Any) -> Choice:
    chosen: Choice = TypeAdapter(Annotated[Choice, OneOf(family(**options))]).validate_python(given)
    return chosen


def fault(given: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        read(given)
    return str(caught.value.errors()[0]["type"])


def test_a_bare_name_takes_the_rows_own_defaults() -> None:
    assert read("hammer").arguments() == {"grams": 500, "soft": False}


def test_options_are_taken_by_name() -> None:
    assert read({"name": "saw", "teeth": [3]}).arguments() == {"teeth": (3,), "cut": "rip"}


@pytest.mark.parametrize("spelling", ["wood_glue", "Wood-Glue", "woodglue", "WOOD GLUE"])
def test_a_name_is_kept_in_the_tables_own_spelling(spelling: str) -> None:
    assert read({"name": spelling, "brand": "x"}).name == "wood_glue"


@pytest.mark.parametrize("nothing", [None, False, "none"])
def test_nothing_is_the_row_none(nothing: Any) -> None:
    assert read(nothing).name == "none"


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ("hamer", "unknown_name"),
        (3, "unnamed"),
        ({"grams": 3}, "unnamed"),
        ({"name": "hammer", "gram": 3}, "extra_forbidden"),
        ({"name": "hammer", "grams": 0}, "greater_than"),
        ({"name": "hammer", "grams": True}, "int_type"),
        ({"name": "hammer", "grams": "3"}, "int_type"),
        ({"name": "hammer", "soft": 1}, "bool_type"),
        ({"name": "saw", "cut": "curved"}, "literal_error"),
        ("wood_glue", "missing"),
        ({"name": "wood_glue", "brand": 3}, "string_type"),
        ({"name": "wood_glue", "brand": "x", "hours": float("nan")}, "finite_number"),
    ],
)
def test_what_a_row_does_not_declare_is_refused(given: Any, kind: str) -> None:
    assert fault(given) == kind


def test_hidden_parameters_are_no_options() -> None:
    chosen = read({"name": "wood_glue", "brand": "x"}, hidden=frozenset({"secret"}))
    assert set(chosen.arguments()) == {"brand", "hours"}


def test_numbers_are_per_member_where_the_family_says_so() -> None:
    fields = family(per_member=True).models["wood_glue"].model_fields
    marked = {name for name, field in fields.items() if PerMember in field.metadata}
    assert marked == {"hours", "secret"}
    assert not any(
        PerMember in f.metadata for f in family().models["wood_glue"].model_fields.values()
    )


def test_words_and_lists_are_never_per_member() -> None:
    fields = family(per_member=True).models["saw"].model_fields
    assert not any(PerMember in field.metadata for field in fields.values())


def test_a_choice_within_a_choice_is_given_as_data() -> None:
    def bench(*, tool: str = "none") -> None: ...

    inner = Annotated[Choice, OneOf(family())]
    table = Table("bench", {"bench": Tool(bench, Card(does="holds a tool"))})
    outer = OneOf(Family(table, lambda row: [row.make], kind=lambda option, hint: inner))
    adapter: TypeAdapter[Choice] = TypeAdapter(Annotated[Choice, outer])
    given = {"name": "bench", "tool": {"name": "hammer", "grams": 3}}
    assert adapter.validate_python("bench").arguments() == {"tool": "none"}
    assert adapter.validate_python(given).arguments() == {
        "tool": {"name": "hammer", "grams": 3, "soft": False}
    }


def test_a_choice_is_frozen() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        read("hammer").name = "saw"


def test_a_choice_may_be_given_as_it_is() -> None:
    adapter: TypeAdapter[Choice] = TypeAdapter(Annotated[Choice, OneOf(family())])
    saw = adapter.validate_python({"name": "saw", "teeth": [3]})
    assert adapter.validate_python(saw) == saw


def test_the_schema_lists_the_names_and_describes_the_rows() -> None:
    class Box(BaseModel):
        tool: Annotated[Choice, OneOf(family())]
        spare: Annotated[str, NameOf(TOOLS)]

    found = Box.model_json_schema()
    names, _ = found["properties"]["tool"]["anyOf"]
    assert names["enum"] == sorted(TOOLS) == found["properties"]["spare"]["enum"]
    assert names["enumDescriptions"][0] == "is a hammer"
    assert found["$defs"]["tool_hammer"]["description"] == "Is a hammer. SI units."


def test_a_bare_name_field_takes_names_only() -> None:
    adapter: TypeAdapter[str] = TypeAdapter(Annotated[str, NameOf(TOOLS)])
    assert adapter.validate_python("Wood-Glue") == "wood_glue"
    with pytest.raises(ValidationError, match="there is no tool 'axe'"):
        adapter.validate_python("axe")
