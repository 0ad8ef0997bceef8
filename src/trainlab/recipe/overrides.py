"""Single values put into a recipe's data by dotted key: `optimizer.lr=0.1`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from trainlab.errors import RecipeError
from trainlab.recipe.lines import Path, parse_value

__all__ = ["Override", "parse_override", "placed", "put"]


@dataclass(frozen=True)
class Override:
    """One value for one dotted key."""

    key: str
    value: Any
    said: str = ""
    """The words it was said with, for errors."""

    @property
    def path(self) -> Path:
        """Give the key's parts; a number is a place in a list."""
        return tuple(int(part) if part.isdigit() else part for part in self.key.split("."))

    @property
    def where(self) -> str:
        """Say where it comes from."""
        return f"the override {self.said or self.key!r}"


def parse_override(text: str) -> Override:
    """Read `key=value`; the value is YAML."""
    key, equals, value = (part.strip() for part in text.partition("="))
    if not equals or not all(part and " " not in part for part in key.split(".")):
        raise RecipeError(
            f"{text!r} is not of the form key=value",
            where="the overrides",
            next_step="write the key with its section and no spaces: optimizer.lr=0.01",
        )
    return Override(key, parse_value(value, f"the override {text!r}"), text)


def put(
    data: Mapping[str, Any], overrides: Sequence[Override], filled: Mapping[str, Any]
) -> dict[str, Any]:
    """Give a copy of the data with the overrides in it.

    `filled` is a recipe of defaults only, which tells what a section that the data leave out would
    be: `network.widths=[64]` is said of the default network.
    """
    copy: dict[str, Any] = deepcopy(dict(data))
    for override in overrides:
        node: Any = copy
        default: Any = filled
        for depth, part in enumerate(override.path[:-1]):
            default = _get(default, part)
            _set(node, part, _opened(_get(node, part), default, override, depth), override, depth)
            node = _get(node, part)
        _set(node, override.path[-1], override.value, override, len(override.path) - 1)
    return copy


def placed(places: Mapping[Path, str], overrides: Sequence[Override]) -> dict[Path, str]:
    """Say where each key comes from, now that overrides replaced some."""
    now = dict(places)
    for override in overrides:
        path = override.path
        now = {key: where for key, where in now.items() if key[: len(path)] != path}
        now[path] = override.where
    return now


def _opened(child: Any, default: Any, override: Override, depth: int) -> Any:
    """Give the section to put a value into; a row's bare name becomes `{name: ...}`."""
    if isinstance(child, str):
        return {"name": child}
    if child is None:
        named = isinstance(default, Mapping) and "name" in default
        return {"name": default["name"]} if named else {}
    if isinstance(child, Mapping | list | tuple):
        return dict(child) if isinstance(child, Mapping) else list(child)
    key = _dotted(override.path[: depth + 1])
    raise RecipeError(
        f"{key} is a value ({child!r}), not a section",
        where=override.where,
        next_step=f"give all of it: '{key}={{...}}'",
    )


def _get(node: Any, part: str | int) -> Any:
    if isinstance(node, Mapping):
        return node.get(str(part))
    inside = isinstance(node, list | tuple) and isinstance(part, int) and part < len(node)
    return node[part] if inside else None


def _set(node: Any, part: str | int, value: Any, override: Override, depth: int) -> None:
    if isinstance(node, dict):
        node[str(part)] = value
        return
    if not isinstance(part, int) or part >= len(node):
        key = _dotted(override.path[:depth])
        raise RecipeError(
            f"{key} is a list of {len(node)}, which has no {part!r}",
            where=override.where,
            next_step=f"name a place, counted from 0, or give all of it: '{key}=[...]'",
        )
    node[part] = value


def _dotted(path: Path) -> str:
    return ".".join(str(part) for part in path)
