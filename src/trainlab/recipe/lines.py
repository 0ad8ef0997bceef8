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

__all__ = ["SCALARS", "TAG", "Document", "Path", "parse", "parse_value", "pattern", "place"]

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
KINDS = {"map", "seq", "str", *SCALARS}


def pattern(kind: str) -> re.Pattern[str]:
    """Give the pattern of a kind of plain scalar."""
    return re.compile(f"^(?:{SCALARS[kind]})$")


for _kind in SCALARS:
    _Loader.add_implicit_resolver(TAG + _kind, pattern(_kind), None)


def parse(text: str, name: str) -> Document:
    """Read one YAML document; `name` is the file's, for errors."""
    if (fault := _unreadable(text, name)) is not None:
        raise fault
    loader = _Loader(text)
    lines: dict[Path, int] = {}
    try:
        node = loader.get_single_node()
        data = None if node is None else _Reader(loader, name, lines).read(node, ())
    except yaml.MarkedYAMLError as error:
        raise _not_yaml(error, name) from None
    return Document(data, lines)


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
        if node.tag.removeprefix(TAG) not in KINDS:
            raise self.error(f"a recipe is plain data, without tags like {node.tag}", node)
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.item(child, (*path, i)) for i, child in enumerate(node.value)]
        return self.scalar(node)

    def item(self, node: yaml.Node, path: Path) -> Any:
        self.lines[path] = node.start_mark.line + 1
        return self.read(node, path)

    def mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        self.check_keys([key for key, _ in node.value])
        self.loader.flatten_mapping(node)
        read = {}
        for key, value in node.value:
            self.lines[(*path, key.value)] = key.start_mark.line + 1
            read[key.value] = self.read(value, (*path, key.value))
        return read

    def check_keys(self, keys: list[yaml.Node]) -> None:
        seen: set[str] = set()
        for key in keys:
            if not isinstance(key, yaml.ScalarNode):
                raise self.error("a key of a recipe is a word", key)
            if key.value in seen:
                raise self.error(f"the key {key.value!r} is given twice", key)
            seen.add(key.value)

    def scalar(self, node: yaml.Node) -> Any:
        kind, text = node.tag.removeprefix(TAG), str(node.value)
        if kind in ("bool", "null"):
            return text.casefold() == "true" if kind == "bool" else None
        if kind not in ("int", "float"):
            return text
        if not pattern(kind).match(text):
            raise self.error(f"{text!r} is no {kind}", node)
        return (
            int(text)
            if kind == "int"
            else float(text.replace(".inf", "inf").replace(".nan", "nan"))
        )

    def error(self, what: str, node: yaml.Node) -> RecipeError:
        return RecipeError(what, where=place(self.name, node.start_mark.line + 1))


def _unreadable(text: str, name: str) -> RecipeError | None:
    """Refuse characters that YAML does not allow, with their line."""
    found = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if found is None:
        return None
    line = text.count("\n", 0, found.start()) + 1
    return RecipeError(f"YAML does not allow the character {found[0]!r}", where=place(name, line))


def _not_yaml(error: yaml.MarkedYAMLError, name: str) -> RecipeError:
    mark = error.problem_mark or error.context_mark
    return RecipeError(
        f"this is not YAML: {error.problem or error.context}",
        where=place(name, None if mark is None else mark.line + 1),
        next_step="check this line and the one above: quotes, brackets, and spaces, not tabs",
    )
