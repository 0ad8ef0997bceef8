"""What a module offers is written on its first page: __all__, complete and in order."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

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


def defined(tree: ast.Module) -> set[str]:
    """Give the functions and classes that a file defines at its top."""
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return {node.name for node in tree.body if isinstance(node, kinds)}


def rank(name: str) -> tuple[int, list[tuple[bool, int, str]]]:
    """Order as ruff's RUF022 does: CONSTANTS, Classes, functions, and 2 before 10."""
    kind = 0 if name.isupper() else 1 if name[:1].isupper() else 2
    pieces = re.findall(r"\d+|\D+", name)
    return kind, [(p.isdigit(), int(p) if p.isdigit() else 0, p) for p in pieces]


@pytest.mark.parametrize("file", MODULES, ids=source.place)
def test_public_names_are_complete_and_sorted(file: Path) -> None:
    tree = source.tree(file)
    names = offered(tree)
    public = {name for name in defined(tree) if not name.startswith("_")}
    if names is None:
        assert file.name == "__init__.py" and not public, "the module has no literal __all__"
    else:
        assert names == sorted(set(names), key=rank)
        assert public <= set(names), "public by name, missing in __all__"


def test_the_public_face_is_short_and_whole() -> None:
    names = getattr(trainlab, "__all__", [])
    assert len(names) <= NOUNS_AND_VERBS
    assert not [name for name in names if not hasattr(trainlab, name)]


def test_importing_trainlab_imports_no_torch() -> None:
    program = "import sys, trainlab; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
