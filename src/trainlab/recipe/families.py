"""The tables from which a recipe chooses, and where each row declares its options."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from pydantic import BeforeValidator, ConfigDict

from trainlab.data import PREPROCESS as PREPROCESS_TABLE
from trainlab.data import SOURCES
from trainlab.losses import LOSSES
from trainlab.recipe.choices import Choice, Family, OneOf
from trainlab.recipe.fields import Length
from trainlab.rules import DIRECTIONS, PRECONDITIONERS, RULES, pair
from trainlab.schedules import SCHEDULES, shapes
from trainlab.schedules import Length as LengthText

__all__ = ["AUGMENT", "DIRECTIONS", "LOSSES", "NETWORK", "PRECONDITIONERS", "PREPROCESS", "RULES"]


class _Open(Choice):
    model_config = ConfigDict(frozen=True, extra="allow")

    def arguments(self) -> dict[str, Any]:
        return dict(self.model_extra or {})


class _Any(OneOf):
    """Until the tables are written: any name, any options."""

    def __init__(self) -> None: ...

    def default(self, name): return _Open(name=name)

    def __get_pydantic_core_schema__(self, source, handler):  # type: ignore
        from typing import Annotated
        return handler.generate_schema(
            Annotated[_Open, BeforeValidator(lambda v: {"name": v} if isinstance(v, str) else v)]
        )

    def __get_pydantic_json_schema__(self, schema, handler):  # type: ignore
        return handler(schema)


def _find(module: str, table: str, declares: Any, **options: Any) -> OneOf:
    try:
        return OneOf(Family(getattr(import_module(module), table), declares, **options))
    except (ImportError, AttributeError):
        return _Any()


SOURCE = OneOf(Family(SOURCES, lambda row: [row.load]))
PREPROCESS = OneOf(Family(PREPROCESS_TABLE, lambda row: [row.make]))
AUGMENT = _find("trainlab.data.augment", "AUGMENT", lambda row: [row.apply])
NETWORK = _find("trainlab.nn.networks", "NETWORKS", lambda row: [row.build], hidden=frozenset({"dropout"}))
SCHEDULE = OneOf(Family(SCHEDULES, lambda row: [row.function, shapes.warm_up], kinds={LengthText: Length}, per_member=True))
