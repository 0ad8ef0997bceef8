from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import Said
from trainlab.store import Run


def test_the_path_of_the_page_is_the_data(
    say: Callable[..., Said], a_run: Run, tmp_path: Path
) -> None:
    said = say("report", a_run.path)
    page = a_run.path / "report.html"
    assert (said.code, said.out) == (0, f"{page}\n")
    assert page.read_text().startswith("<!doctype html>")
    elsewhere = tmp_path / "elsewhere.html"
    assert say("report", a_run.path, "--out", elsewhere).out == f"{elsewhere}\n"
    assert elsewhere.exists()
