"""What a claim measures, as a digest: a result with another one is of an earlier version.

It holds the recipe, with the data and modules of the user's that it names, the pairs, the measure
with all that it is given, and the code of the measure: the modules that it is made of and names,
and those of this package that they import. Words are no part of it: neither the sentences of a
claim nor comments and docstrings; nor are its expectations, by which any result is judged. What
lies below, comparison and engine, is kept right by its own tests.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import re
import sys
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any

from trainlab.claims.claim import Claim
from trainlab.recipe import Recipe

__all__ = ["definition"]

PACKAGE = __name__.rpartition(".")[0]
VOCABULARY = Claim.__module__
"""What claims are said in: no measure."""


def definition(claim: Claim, recipe: Recipe | None = None) -> str:
    """Give the digest, on the claim's own recipe or on the user's."""
    own, data = claim.recipe, ""
    if recipe is not None:
        own = recipe.replace("seeds", claim.pairs).model_dump(mode="json")
        data = _content(getattr(recipe.data.source, "path", ""))
    said = _said([own, claim.pairs, claim.measure])
    code = [_code(name) for name in sorted(_modules(said))]
    return hashlib.sha256("\n".join([said, data, *code]).encode()).hexdigest()[:12]


def _content(place: str) -> str:
    """Give the digest of a file, or the names and sizes of what a folder holds."""
    path = Path(place).expanduser()
    if not place or not path.exists():
        return ""
    if path.is_file():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    return repr(
        sorted((str(each), each.stat().st_size) for each in path.rglob("*") if each.is_file())
    )


def _said(value: Any) -> str:
    """Write a value with the code that it is of, as recipes do, `module:Name`, and its parts."""
    if is_dataclass(value) and not isinstance(value, type):
        parts = {field.name: getattr(value, field.name) for field in fields(value)}
        return f"{_place(type(value))}{_said(parts)}"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key!r}: {_said(part)}' for key, part in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_said, value))}]"
    return _place(value) if inspect.isroutine(value) else repr(value)


def _place(value: Any) -> str:
    return f"{value.__module__}:{value.__qualname__}"


def _modules(said: str) -> set[str]:
    """Give the modules that are named, and what they import of this package."""
    found, ahead = set[str](), set(re.findall(r"([\w.]+):[A-Za-z_]", said))
    while ahead:
        name = ahead.pop()
        if name not in found and _is_measure(name) and _file(name) is not None:
            found.add(name)
            ahead |= _imports(name)
    return found


def _is_measure(name: str) -> bool:
    """Whether a module is not one of those that measures are said in, or that lie below them."""
    inside = name.startswith(f"{PACKAGE}.") and name != VOCABULARY
    return inside or name.partition(".")[0] != PACKAGE.partition(".")[0]


def _imports(name: str) -> set[str]:
    nodes = [node for node in ast.walk(_tree(name)) if isinstance(node, ast.ImportFrom)]
    return {node.module for node in nodes if node.module and node.module.startswith(PACKAGE)}


@cache
def _code(name: str) -> str:
    """Give the code of a module, its comments and docstrings left out."""
    tree = _tree(name)
    for node in ast.walk(tree):
        if isinstance(body := getattr(node, "body", None), list):
            body[:] = [line for line in body if not _is_text(line)]
    return ast.unparse(tree)


def _tree(name: str) -> ast.Module:
    file = _file(name)
    return ast.parse(file.read_text(encoding="utf-8") if file is not None else "")


def _file(name: str) -> Path | None:
    """Find the file of a module, the user's too, where nothing has imported it yet."""
    if name in sys.modules:
        return _source(getattr(sys.modules[name], "__file__", None))
    parts, folders = name.split("."), [*sys.path, str(Path.cwd())]
    for depth in range(1, len(parts) + 1):
        spec = PathFinder.find_spec(".".join(parts[:depth]), folders)
        if spec is None:
            return None
        folders = list(spec.submodule_search_locations or ())
    return _source(spec.origin if spec is not None else None)


def _source(place: str | None) -> Path | None:
    return Path(place) if place is not None and place.endswith(".py") else None


def _is_text(line: ast.stmt) -> bool:
    said = line.value if isinstance(line, ast.Expr) else None
    return isinstance(said, ast.Constant) and isinstance(said.value, str)
