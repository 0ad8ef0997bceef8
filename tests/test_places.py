"""The user's own code is found, and its absence explained."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from trainlab.errors import InputError, UnknownName
from trainlab.places import find


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "my_own_code.py").write_text("def make():\n    return 7\n")
    (tmp_path / "my_own_fault.py").write_text("def make(:\n")
    (tmp_path / "json.py").write_text("loads = None\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.delitem(sys.modules, "my_own_code", raising=False)


def test_a_file_of_the_present_folder_is_found() -> None:
    assert find("my_own_code:make", "network.factory")() == 7


def test_a_file_of_the_present_folder_hides_no_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "json")
    assert callable(find("json:loads", ""))


def test_a_name_that_is_not_there_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match=r"(?s)no 'maek'.*nearest\s+make"):
        find("my_own_code:maek", "network.factory")


@pytest.mark.parametrize(
    ("place", "word"),
    [
        ("no_colon", "no place"),
        ("no_such_module_x:f", "ModuleNotFoundError"),
        ("my_own_fault:make", "SyntaxError"),
    ],
)
def test_a_place_that_cannot_be_is_told_with_its_key(place: str, word: str) -> None:
    with pytest.raises(InputError, match=rf"(?s){word}.*where\s+network.factory"):
        find(place, "network.factory")
