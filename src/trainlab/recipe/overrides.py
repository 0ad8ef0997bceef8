"""Single values put into a recipe's data by dotted key: `optimizer.lr=0.1`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from trainlab.errors import RecipeError
from trainlab.recipe.lines import Path, parse_value

__all__ = ["Override", "parse_override", "put"]


@dataclass(frozen=True)
class Override:
    """One value for one dotted key."""

    key: str
    value: Any

    @property
    def path(self) -> Path:
        """Give the key's parts; a number is a place in a list."""
        return tuple(int(part) if part.isdigit() else part for part in self.key.split("."))


def parse_override(text: str) -> Override:
    """Read `key=value`; the value is YAML."""
    key, equals, value = text.partition("=")
    if not equals or not all(key.strip().split(".")):
        raise RecipeError(
            f"{text!r} is not of the form key=value",
            where="the overrides",
            next_step="write the key with its section: optimizer.lr=0.01",
        )
    return Override(key.strip(), parse_value(value, f"the override {text!r}"))


def put(
    data: Mapping[str, Any], overrides: Sequence[Override], filled: Mapping[str, Any]
) -> dict[str, Any]:
    """Give a copy of the data with the overrides in it.

    `filled` is the recipe with its defaults, which tells what a section that the data leave out
    would be: `network.widths=[64]` is said of the default network.
    """
    copy: dict[str, Any] = deepcopy(dict(data))
    for override in overrides:
        _put(copy, override, filled)
    return copy


def _put(data: dict[str, Any], override: Override, filled: Any) -> None:
    node: Any = data
    for depth, part in enumerate(override.path[:-1]):
        filled = _get(filled, part)
        _check(node, part, override, depth)
        _set(node, part, _opened(_get(node, part), filled, override, depth))
        node = _get(node, part)
    _check(node, override.path[-1], override, len(override.path) - 1)
    _set(node, override.path[-1], override.value)


def _opened(child: Any, filled: Any, override: Override, depth: int) -> Any:
    """Give the section to put a value into; a row's bare name becomes `{name: ...}`."""
    choice = isinstance(filled, Mapping) and "name" in filled
    if isinstance(child, str):
        return {"name": child}
    if child is None:
        return {"name": filled["name"]} if choice else {}
    if isinstance(child, dict | list):
        return child
    key = ".".join(str(part) for part in override.path[: depth + 1])
    raise RecipeError(
        f"{key} is a value ({child!r}), not a section",
        where=f"the override of {override.key!r}",
        next_step=f"give all of it: '{key}={{...}}'",
    )


def _check(node: Any, part: str | int, override: Override, depth: int) -> None:
    if not isinstance(node, list) or (isinstance(part, int) and part < len(node)):
        return
    key = ".".join(str(part) for part in override.path[:depth])
    raise RecipeError(
        f"{key} is a list of {len(node)}: it has no {part!r}",
        where=f"the override of {override.key!r}",
        next_step=f"name a place from 0 on, or give all of it: '{key}=[...]'",
    )


def _get(node: Any, part: str | int) -> Any:
    if isinstance(node, Mapping):
        return node.get(str(part))
    if isinstance(node, list | tuple) and isinstance(part, int) and part < len(node):
        return node[part]
    return None


def _set(node: Any, part: str | int, value: Any) -> None:
    if isinstance(node, list):
        node[int(part)] = value
    else:
        node[str(part)] = value
