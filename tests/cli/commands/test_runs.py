from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import Said
from trainlab.store import Run

Say = Callable[..., Said]


def test_a_line_a_run(say: Say, a_run: Run) -> None:
    said = say("runs", "--runs", a_run.path.parent)
    head, line = said.out.splitlines()
    assert head.split()[:2] == ["run", "status"]
    assert line.startswith(f"{a_run.id}  finished")
    assert "8 seeds (0 to 7)" in line
    assert "test/accuracy 0.9000 +- 0.0000" in line
    assert "1 run in" in said.err


def test_a_folder_without_runs_is_no_fault(say: Say, tmp_path: Path) -> None:
    said = say("runs", "--runs", tmp_path)
    assert (said.code, said.out) == (0, "")
    assert "there are no runs in" in said.err
    assert say("runs", "--runs", tmp_path, "--json").document == []
