from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Said
from trainlab.store import Run

Say = Callable[..., Said]


def test_a_line_a_run(say: Say, a_run: Run) -> None:
    said = say("runs", "--runs", a_run.path.parent)
    head, line = said.out.splitlines()
    assert head.split()[:2] == ["run", "status"]
    assert line.startswith(f"{a_run.id}  finished")
    assert line.endswith("     8  test/accuracy 0.9000 \u00b1 0.0000")
    assert "1 run in" in said.err


def test_names_are_whole_on_a_narrow_terminal(
    say: Say, a_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    said = say("runs", "--runs", a_run.path.parent)
    assert a_run.id in said.out
    assert "0.9000 \u00b1 0.0000" in said.out


def test_a_folder_without_runs_is_no_fault(say: Say, tmp_path: Path) -> None:
    said = say("runs", "--runs", tmp_path)
    assert (said.code, said.out) == (0, "")
    assert "there are no runs in" in said.err
    assert say("runs", "--runs", tmp_path, "--json").document == []
