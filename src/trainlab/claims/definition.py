"""What a claim measures, as a digest: a result with another one is of an earlier version.

It holds the recipe, with the data and modules of the user's that it names, the pairs, the measure
with all that it is given, and the code of the measure: the modules that it is made of and names,
and those of this package that they import. Words are no part of it: neither the sentences of a
claim nor comments and docstrings; nor are its expectations, by which any result is judged. What
lies below, comparison and engine, is kept right by its own tests.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

from trainlab.claims.claim import Claim
from trainlab.recipe import Recipe
from trainlab.recipe.code import code_of, is_own

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
    code = code_of(said, _is_measure, _is_of_it).values()
    return hashlib.sha256("\n".join([said, data, *code]).encode()).hexdigest()[:12]


def _content(place: str) -> str:
    """Give the digest of a file, or the names and sizes of what a folder holds."""
    path = Path(place).expanduser()
    if not place or not path.exists():
        return ""
    if path.is_file():
        return _digest(path, path.stat().st_mtime_ns, path.stat().st_size)
    return repr(
        sorted((str(each), each.stat().st_size) for each in path.rglob("*") if each.is_file())
    )


@cache
def _digest(path: Path, changed: int, size: int) -> str:
    """Give the digest of a file, found once as long as it is as it was."""
    del changed, size
    return hashlib.sha256(path.read_bytes()).hexdigest()


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


def _is_measure(name: str) -> bool:
    """Whether a module is not one of those that measures are said in, or that lie below them."""
    inside = name.startswith(f"{PACKAGE}.") and name != VOCABULARY
    return inside or name.partition(".")[0] != PACKAGE.partition(".")[0]


def _is_of_it(name: str) -> bool:
    """Whether what a measure imports is part of it: of this package, or of the user's own."""
    return (name.startswith(PACKAGE) and _is_measure(name)) or is_own(name)
