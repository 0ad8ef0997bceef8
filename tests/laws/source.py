"""The package's source as syntax trees, for the laws that read code instead of running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src" / "trainlab"


def files() -> list[Path]:
    return sorted(SRC.rglob("*.py"))


def place(file: Path) -> str:
    """Name a file as the laws do: its path inside the package."""
    return file.relative_to(SRC).as_posix()


def module(file: Path) -> str:
    """Name a file as an import does."""
    parts = file.relative_to(SRC.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), filename=str(file))


@cache
def modules() -> dict[str, Path]:
    """Give every module of the package by its import name."""
    return {module(file): file for file in files()}


def imports(file: Path) -> Iterator[tuple[str, int]]:
    """Give each trainlab module that a file imports anywhere, with its line.

    `from trainlab.data import task` names trainlab.data.task when that is a module.
    """
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            found = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            found = [name if name in modules() else node.module for name in inner]
        else:
            continue
        for name in sorted(set(found)):
            if name.split(".")[0] == "trainlab":
                yield name, node.lineno
