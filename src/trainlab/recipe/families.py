"""The tables from which a recipe chooses, and where each row declares its options."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from pydantic import BeforeValidator, ConfigDict

from trainlab.recipe.choices import Choice, Family, OneOf
from trainlab.tables import Table


class _Open(Choice):
    model_config = ConfigDict(frozen=True, extra="allow")

    def options(self) -> dict[str, Any]:
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


SOURCE = _find("trainlab.data.sources", "SOURCES", lambda row: row.load)
PREPROCESS = _find("trainlab.data.preprocess", "PREPROCESS", lambda row: row.make)
AUGMENT = _find("trainlab.data.augment", "AUGMENT", lambda row: row.apply)
NETWORK = _find("trainlab.nn.networks", "NETWORKS", lambda row: row.build)
SCHEDULE = _find("trainlab.schedules", "SCHEDULES", lambda row: row.make, numbers_per_member=True)
from trainlab.losses import LOSSES

try:
    from trainlab.rules import DIRECTIONS, PRECONDITIONERS, RULES, pair
except ImportError:
    from types import SimpleNamespace
    from trainlab.rules.directions import DIRECTIONS
    from trainlab.rules.preconditioners import PRECONDITIONERS
    def pair(d, p):
        return SimpleNamespace(hyper={"lr": 1e-3}|dict(DIRECTIONS[d].reads)|dict(PRECONDITIONERS[p].reads))
    RULES = Table("rule", {n: pair(*v) for n, v in {
        "sgd": ("steepest", "unit"), "momentum": ("heavy_ball", "unit"), "nesterov": ("nesterov", "unit"),
        "adam": ("averaged", "rms_debiased"), "rmsprop": ("steepest", "rms")}.items()})
