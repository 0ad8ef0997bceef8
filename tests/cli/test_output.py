from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Said
from trainlab.cli.output import writable
from trainlab.errors import InputError

Say = Callable[..., Said]


def test_a_new_file_and_an_old_one_may_be_written(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    assert writable(file) == file
    file.write_text("old")
    assert writable(file) == file
    assert writable(None) is None
    assert file.read_text() == "old"


def test_what_cannot_be_written_is_told_with_a_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InputError, match="a folder, not a file"):
        writable(tmp_path)
    with pytest.raises(InputError, match=r"(?s)there is no folder.*mkdir -p"):
        writable(tmp_path / "absent" / "page.html")
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(InputError, match="may not be written"):
        writable(tmp_path / "page.html")


@pytest.mark.parametrize(
    "words",
    [
        ("lr", "wine-mlp"),
        ("schedule", "digits-mlp"),
        ("signal", "digits-mlp"),
        ("graph", "digits-mlp"),
        ("report", "latest"),
        ("predict", "latest", "wines.csv"),
        ("new", "wines.csv"),
    ],
)
def test_every_command_refuses_it_before_its_work(
    say: Say, tmp_path: Path, words: tuple[str, ...]
) -> None:
    said = say(*words, "--out", tmp_path)
    assert said.code == 2
    assert said.out == ""
    assert said.err.startswith("trainlab: this is a folder, not a file")
