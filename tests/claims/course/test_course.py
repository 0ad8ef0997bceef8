"""The file of a claim declares, and does nothing: what is measured stands in probes, by name."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from trainlab.claims import course
from trainlab.claims.table import CLAIMS

LINES, LONG = 55, 40
FILES = sorted(Path(str(course.__file__)).parent.glob("c*.py"))
DECLARING = ast.Expr | ast.Import | ast.ImportFrom | ast.Assign
DOING = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda


@pytest.fixture(params=FILES, ids=lambda file: str(file.stem))
def text(request: pytest.FixtureRequest) -> str:
    file: Path = request.param
    return file.read_text(encoding="utf-8")


def test_it_declares_and_does_nothing(text: str) -> None:
    tree = ast.parse(text)
    assert all(isinstance(node, DECLARING) for node in tree.body)
    assert not [node for node in ast.walk(tree) if isinstance(node, DOING)]


def test_it_is_seen_at_one_glance(text: str) -> None:
    assert len(text.splitlines()) <= LINES


def test_most_are_short() -> None:
    long = [file.stem for file in FILES if len(file.read_text().splitlines()) > LONG]
    assert len(long) <= len(FILES) / 3, long


def test_it_stands_in_the_table_by_its_number() -> None:
    assert [file.stem.split("_")[0].upper() for file in FILES] == list(CLAIMS)
