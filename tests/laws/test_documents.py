"""Documents that name what is there: links, paths, dependencies, pins."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from tests.laws.source import ROOT

DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
UNTESTED = {"hf"}
"""Extras whose packages are not pinned: they are not installed by any make command."""


def place(document: Path) -> str:
    return document.relative_to(ROOT).as_posix()


def packages(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=\[ ]", line)[0].lower() for line in requirements}


@pytest.mark.parametrize("document", DOCUMENTS, ids=place)
def test_links_lead_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)", document.read_text(encoding="utf-8"))
    local = [target for target in targets if "://" not in target]
    assert not [target for target in local if not (document.parent / target).exists()]


@pytest.mark.parametrize("document", DOCUMENTS, ids=place)
def test_paths_in_the_text_exist(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    named = re.findall(r"`((?:src|tests|docs|benchmarks|examples|scripts)/[\w./-]*)`", text)
    assert not [path for path in named if not (ROOT / path).exists()]


def test_every_dependency_is_accounted_for() -> None:
    page = (ROOT / "docs/design/dependencies.md").read_text(encoding="utf-8").lower()
    extras = PROJECT["optional-dependencies"].values()
    every = packages(PROJECT["dependencies"]).union(*map(packages, extras))
    assert not [name for name in every if not re.search(rf"\b{re.escape(name)}\b", page)]


def test_every_dependency_is_pinned() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").lower().splitlines()
    pinned = {line.split("==")[0] for line in lines if "==" in line}
    extras = PROJECT["optional-dependencies"]
    tested = [packages(extras[name]) for name in extras if name not in UNTESTED]
    assert packages(PROJECT["dependencies"]).union(*tested) <= pinned
