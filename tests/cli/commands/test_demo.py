from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Said


def test_the_last_line_is_the_path_of_the_report(
    say: Callable[..., Said], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = say("demo", "train.length=2ep", "--seeds", 3, "--verbose")
    assert said.code == 0
    report = Path(said.out.splitlines()[-1])
    assert report.name == "report.html"
    assert report.read_text().startswith("<!doctype html>")
    assert "test/accuracy" in said.out
    assert "3 seeds (0 to 2)" in said.out
    assert said.out.count("complete") == 3, "each member has its line"
