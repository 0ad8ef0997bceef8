"""YAML text -> plain data, with the line of every key, for errors that point.

The YAML that people mean, which is version 1.2's: `1e-3` is a number and `on`, `off`, `yes`, `no`
are words (PyYAML alone reads 1.1, where the first is a word and the others are truth values).
A key given twice is an error, and so is a tag: a recipe is data and constructs no objects.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from trainlab.errors import RecipeError

__all__ = ["Document", "Path", "parse", "parse_value", "place"]

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Document:
    """What a text says, and the line on which it says it."""

    data: Any
    lines: dict[Path, int] = field(default_factory=dict)


class _Loader(yaml.SafeLoader):
    """Resolves plain scalars as YAML 1.2 does."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - PyYAML's own protocol


TAG = "tag:yaml.org,2002:"
SCALARS = {
    "null": r"~|null|Null|NULL|",
    "bool": r"true|True|TRUE|false|False|FALSE",
    "int": r"[-+]?[0-9][0-9_]*",
    "float": r"[-+]?(\.[0-9]+|[0-9][0-9_]*(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.inf|\.nan",
    "merge": r"<<",
}
for _kind, _pattern in SCALARS.items():
    _Loader.add_implicit_resolver(TAG + _kind, re.compile(f"^(?:{_pattern})$"), None)


def parse(text: str, name: str) -> Document:
    """Read one YAML document; `name` is the file's, for errors."""
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        raise _not_yaml(error, name) from None
    except yaml.YAMLError as error:
        raise RecipeError(f"this is not YAML: {error}", where=name) from None
    lines: dict[Path, int] = {}
    return Document(None if node is None else _Reader(loader, name, lines).read(node, ()), lines)


def parse_value(text: str, name: str) -> Any:
    """Read the value of an override: `0.1`, `[64, 64]`, `{name: mlp}`, `30ep`, `null`."""
    return parse(text, name).data


def place(name: str, line: int | None) -> str:
    """Say where: `recipe.yaml, line 7`."""
    return name if line is None else f"{name}, line {line}"


@dataclass(frozen=True)
class _Reader:
    loader: _Loader
    name: str
    lines: dict[Path, int]

    def read(self, node: yaml.Node, path: Path) -> Any:
        if len(path) > 32:
            raise self.error("this recipe is nested without end", node)
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.item(child, (*path, i)) for i, child in enumerate(node.value)]
        return self.scalar(node)

    def item(self, node: yaml.Node, path: Path) -> Any:
        self.lines[path] = node.start_mark.line + 1
        return self.read(node, path)

    def mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        own = {key.value for key, _ in node.value if key.tag != TAG + "merge"}
        if len(own) < sum(key.tag != TAG + "merge" for key, _ in node.value):
            raise self.twice(node)
        self.loader.flatten_mapping(node)
        read = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise self.error("a key of a recipe is a word", key)
            self.lines[(*path, key.value)] = key.start_mark.line + 1
            read[key.value] = self.read(value, (*path, key.value))
        return read

    def scalar(self, node: yaml.Node) -> Any:
        kind, text = node.tag.removeprefix(TAG), str(node.value)
        if kind == "int":
            return int(text)
        if kind == "float":
            return float(text.replace(".inf", "inf").replace(".nan", "nan"))
        if kind in ("bool", "null"):
            return text.casefold() == "true" if kind == "bool" else None
        if kind != "str":
            raise self.error(f"a recipe is plain data and has no tags, but here is {node.tag}", node)
        return text

    def twice(self, node: yaml.MappingNode) -> RecipeError:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                return self.error(f"the key {key.value!r} is given twice", key)
            seen.add(key.value)
        return self.error("a key is given twice", node)

    def error(self, what: str, node: yaml.Node) -> RecipeError:
        return RecipeError(what, where=place(self.name, node.start_mark.line + 1))


def _not_yaml(error: yaml.MarkedYAMLError, name: str) -> RecipeError:
    mark = error.problem_mark or error.context_mark
    return RecipeError(
        f"this is not YAML: {error.problem or error.context}",
        where=place(name, None if mark is None else mark.line + 1),
        next_step="check this line and the one above: quotes, brackets, and spaces, not tabs",
    )
