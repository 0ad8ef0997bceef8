"""The user's own code that a recipe names, `package.module:name`, told from other code.

Words are no part of it: comments and docstrings may change. What a module imports is part of it, as
far as that is the user's own too.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from hashlib import sha256
from importlib.machinery import PathFinder
from importlib.util import resolve_name
from pathlib import Path
from typing import NamedTuple

from trainlab.places import is_theirs
from trainlab.recipe.schema import Recipe

__all__ = ["code_of", "is_own", "own_code"]

Counts = Callable[[str], bool]
"""Whether a module counts, by its name."""


def own_code(recipe: Recipe) -> dict[str, str]:
    """Give a digest of each module of the user's own that a recipe rests on, by name."""
    found = code_of(repr(recipe.filled()), is_own, is_own)
    return {name: sha256(code.encode()).hexdigest()[:16] for name, code in found.items()}


def code_of(said: str, named: Counts, imported: Counts) -> dict[str, str]:
    """Give the code of the modules that a text names, and of those that they import, by name."""
    found: dict[str, str] = {}
    ahead = {name for name in re.findall(r"([\w.]+):[A-Za-z_]", said) if named(name)}
    while ahead:
        name = ahead.pop()
        if (file := _file(name)) is not None:
            module = _read(name, file, file.stat().st_mtime_ns)
            found[name] = module.code
            ahead |= {each for each in module.imports if each not in found and imported(each)}
    return dict(sorted(found.items()))


class _Module(NamedTuple):
    code: str
    """Without comments and docstrings."""
    imports: frozenset[str]
    """What may be modules: of `from a import b`, a and a.b."""


@cache
def _read(name: str, file: Path, changed: int) -> _Module:
    """Read a module; one that cannot be parsed is told by its text."""
    del changed
    text = file.read_text(encoding="utf-8", errors="replace")
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return _Module(text, frozenset())
    inside = name if file.stem == "__init__" else name.rpartition(".")[0]
    for node in ast.walk(tree):
        if isinstance(body := getattr(node, "body", None), list):
            body[:] = [line for line in body if not _is_words(line)]
    return _Module(ast.unparse(tree), frozenset(_imports(tree, inside)))


def _imports(tree: ast.Module, inside: str) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            with suppress(ImportError):  # from beyond the package: importing it will tell
                base = resolve_name("." * node.level + (node.module or ""), inside)
                yield from (base, *(f"{base}.{each.name}" for each in node.names))


def is_own(name: str) -> bool:
    """Whether a module is the user's own; nothing is inside a package that is not."""
    whole = _file(name.partition(".")[0])
    file = whole if whole is not None and not is_theirs(str(whole)) else _file(name)
    return file is not None and is_theirs(str(file))


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


def _is_words(line: ast.stmt) -> bool:
    said = line.value if isinstance(line, ast.Expr) else None
    return isinstance(said, ast.Constant) and isinstance(said.value, str)
