"""The user's own function is found and called."""

from __future__ import annotations

from pathlib import Path

import pytest

from trainlab.data.sources.module import python

SOURCE = """
import numpy

def make(n=10, kinds=2):
    return numpy.arange(n * 2.0).reshape(n, 2), numpy.arange(n) % kinds
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "my_own_data.py").write_text(SOURCE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", [*__import__("sys").path])
    monkeypatch.delitem(__import__("sys").modules, "my_own_data", raising=False)
    return tmp_path


@pytest.mark.usefixtures("here")
def test_a_function_in_the_current_folder_is_called_with_its_options() -> None:
    raw = python(function="my_own_data:make", options={"n": 30, "kinds": 3})
    assert raw.x.shape == (30, 2) and raw.classes == ("0", "1", "2") and raw.name == "make"
