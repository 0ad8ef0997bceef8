"""A folder of runs made by hand, and the command line run in this process."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.cli.events import training
from trainlab.cli import main
from trainlab.store import Run, create, seeds_of_one_program


@dataclass(frozen=True)
class Said:
    """What a command line came to."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Said]:
    """Run the command line on some words, with nothing of the caller's terminal in its way."""
    for name in ("TRAINLAB_RUNS", "COLUMNS", "FORCE_COLOR", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def run(*words: object) -> Said:
        capsys.readouterr()
        code = main([str(word) for word in words])
        return Said(code, *capsys.readouterr())

    return run


@pytest.fixture
def a_run(tmp_path: Path) -> Run:
    """Give a finished run of eight members, one diverged, in `tmp_path / "runs"`."""
    members = seeds_of_one_program(range(8))
    environment = {"device": "cpu", "threads": 1}
    folder = create(
        tmp_path / "runs",
        name="digits-mlp",
        recipe="seeds: 8\n",
        members=members,
        environment=environment,
        command="trainlab train digits-mlp",
    )
    with folder:
        for event in training():
            folder.event(event)
        return folder.finish()
