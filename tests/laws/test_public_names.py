"""What a module offers is written on its first page: __all__, in order; others take only that."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import trainlab
from tests.laws import source

MODULES = [file for file in source.files() if file.name != "__main__.py"]
NOUNS_AND_VERBS = 30


def offered(tree: ast.Module) -> list[str] | None:
    """Read the literal __all__, or nothing where there is none."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            value: list[str] = ast.literal_eval(node.value)
            return value
    return None


def rank(name: str) -> tuple[int, list[tuple[bool, int, str]]]:
    """Order as ruff's RUF022 does: CONSTANTS, Classes, functions, and 2 before 10."""
    kind = 0 if name.isupper() else 1 if name[:1].isupper() else 2
    pieces = re.findall(r"\d+|\D+", name)
    return kind, [(p.isdigit(), int(p) if p.isdigit() else 0, p) for p in pieces]


def taken(file: Path) -> Iterator[tuple[str, str]]:
    """Give each name that a file takes from a module of the package: (module, name)."""
    for node in ast.walk(source.tree(file)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("trainlab"):
            for alias in node.names:
                yield node.module or "", alias.name


def test_public_names_are_listed() -> None:
    parts = [file for file in MODULES if file.name != "__init__.py"]
    assert not [source.place(file) for file in parts if offered(source.tree(file)) is None]


def test_public_names_are_sorted() -> None:
    lists = {source.place(file): offered(source.tree(file)) or [] for file in MODULES}
    wrong = {place: names for place, names in lists.items() if names != sorted(names, key=rank)}
    assert not wrong


def test_only_what_is_offered_is_taken() -> None:
    hidden = [
        f"{source.place(file)} takes {module}.{name}"
        for file in MODULES
        for module, name in taken(file)
        if f"{module}.{name}" not in source.modules()
        and name not in (offered(source.tree(source.modules()[module])) or [])
    ]
    assert not hidden, "offer it in __all__ there, or leave it alone: " + ", ".join(hidden)


def test_the_public_face_is_short_and_whole() -> None:
    names = getattr(trainlab, "__all__", [])
    assert len(names) <= NOUNS_AND_VERBS
    assert not [name for name in names if not hasattr(trainlab, name)]


def test_importing_trainlab_imports_no_torch() -> None:
    program = "import sys, trainlab; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
