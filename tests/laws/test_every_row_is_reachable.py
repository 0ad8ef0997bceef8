"""Every row of every table can be said in a recipe, and is then what the recipe gives back."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

import pytest

from tests.laws import source
from trainlab.cli.catalogue import FAMILIES
from trainlab.data import PREPROCESS, SOURCES
from trainlab.data.augment import AUGMENT, MIXES
from trainlab.data.batching import BATCHING
from trainlab.losses import LOSSES
from trainlab.nn.activations import ACTIVATIONS
from trainlab.nn.init import INITS
from trainlab.nn.networks import NETWORKS
from trainlab.nn.norms import NORMS
from trainlab.nn.random_layers import RANDOM_LAYERS
from trainlab.recipe import Recipe, schema
from trainlab.recipe.text import read, write
from trainlab.rules import DIRECTIONS, EVERY_RULE, PRECONDITIONERS
from trainlab.rules.around import AROUND
from trainlab.rules.averaging import AVERAGES
from trainlab.rules.scaling import SCALINGS
from trainlab.schedules import SCHEDULES
from trainlab.tables import Table

NEEDED = {
    "path": "somewhere",
    "target": "column",
    "factory": "package.module:function",
    "function": "package.module:function",
    "dataset": "owner/name",
}
"""A value for each option that has no default."""


def around(name: str) -> dict[str, Any]:
    """Say a row around the rule: by its number, and by its name where two rows read that."""
    row = AROUND[name]
    said: dict[str, Any] = {row.field: True if row.kind == "switch" else 0.5}
    return said if row.field == name else {**said, "decay": name}


SAID: dict[str, tuple[Table[Any], Callable[[Any], dict[str, Any]], str]] = {
    "source": (SOURCES, lambda row: {"data": {"source": row}}, "data.source"),
    "preprocess": (PREPROCESS, lambda row: {"data": {"preprocess": [row]}}, "data.preprocess.0"),
    "augment": (AUGMENT, lambda row: {"data": {"augment": [row]}}, "data.augment.0"),
    "mix": (MIXES, lambda row: {"regularize": {"mix": row}}, "regularize.mix"),
    "network": (NETWORKS, lambda row: {"network": row}, "network"),
    "activation": (
        ACTIVATIONS,
        lambda row: {"network": {"name": "mlp", "activation": row}},
        "network.activation",
    ),
    "norm": (NORMS, lambda row: {"network": {"name": "mlp", "norm": row}}, "network.norm"),
    "init": (INITS, lambda row: {"network": {"name": "mlp", "init": row}}, "network.init"),
    "schedule": (SCHEDULES, lambda row: {"schedule": row}, "schedule"),
    "rule": (EVERY_RULE, lambda row: {"optimizer": {"rule": row["name"]}}, "optimizer.rule"),
    "direction": (
        DIRECTIONS,
        lambda row: {"optimizer": {"rule": {"direction": row["name"]}}},
        "optimizer.rule.direction",
    ),
    "preconditioner": (
        PRECONDITIONERS,
        lambda row: {"optimizer": {"rule": {"preconditioner": row["name"]}}},
        "optimizer.rule.preconditioner",
    ),
    "around": (AROUND, lambda row: {"optimizer": around(row["name"])}, "optimizer"),
    "average": (AVERAGES, lambda row: {"train": {"average": row}}, "train.average"),
    "random layer": (
        RANDOM_LAYERS,
        lambda row: {"regularize": {RANDOM_LAYERS[row["name"]].rate: 0.2}},
        "regularize",
    ),
    "batching": (BATCHING, lambda row: {"train": {row["name"]: 4}}, "train"),
    "scaling": (SCALINGS, lambda row: {"optimizer": {"lr_scaling": row}}, "optimizer.lr_scaling"),
    "loss": (LOSSES, lambda row: {"train": {"loss": row["name"]}}, "train.loss"),
}
"""For each table: how a recipe says one of its rows, and under which key."""

ROWS = [(family, name) for family, (table, _, _) in SAID.items() for name in table]


@cache
def described() -> dict[str, Any]:
    definitions: dict[str, Any] = schema()["$defs"]
    return definitions


def said(family: str, name: str) -> Recipe:
    """Say a row in a recipe, with a value for what it needs."""
    _, say, _ = SAID[family]
    definition = described().get(f"{SAID[family][0].family}_{name}".replace(" ", "_"), {})
    needed = {option: NEEDED[option] for option in definition.get("required", ())}
    return Recipe.of(say({"name": name, **needed}))


@pytest.mark.parametrize(("family", "name"), ROWS)
def test_every_row_is_reachable_from_a_recipe(family: str, name: str) -> None:
    recipe = said(family, name)
    value: Any = recipe
    for part in SAID[family][2].split("."):
        value = value[int(part)] if part.isdigit() else getattr(value, part)
    if family == "around":
        assert value.model_fields_set == set(around(name))
    elif family == "batching":
        assert value.model_fields_set == {name}
    elif family == "random layer":
        assert getattr(value, RANDOM_LAYERS[name].rate) == 0.2
    else:
        assert getattr(value, "name", value) == name
    assert read(write(recipe), "recipe") == recipe


def test_every_row_with_a_card_is_in_the_catalogue() -> None:
    listed = {id(row) for family in FAMILIES.values() for row in family.rows().values()}
    tables = {
        f"{name}.{key}": value
        for name in source.modules()
        if name.startswith("trainlab.") and not name.endswith("__main__")
        for key, value in vars(import_module(name)).items()
        if isinstance(value, Table)
    }
    assert len(tables) > len(FAMILIES)
    lost = [
        f"{place}: {name}"
        for place, table in tables.items()
        for name, row in table.items()
        if hasattr(row, "card") and id(row) not in listed
    ]
    assert not lost, "give their table a place in cli/catalogue.py"
