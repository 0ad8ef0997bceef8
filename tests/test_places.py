"""The user's own code is found, and its absence explained."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from trainlab.errors import InputError, UnknownName
from trainlab.places import call, find, line_of, parameters_of

CODE = """
import json

def make():
    return 7

def broken(text="7 ("):
    return json.loads(text)

def strict(size):
    raise TypeError("this size is no good")
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "my_own_code.py").write_text(CODE)
    (tmp_path / "my_own_script.py").write_text("import sys\nsys.exit('usage: FILE')\n")
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
        ("my_own_script:main", "SystemExit: usage"),
    ],
)
def test_a_place_that_cannot_be_is_told_with_its_key(place: str, word: str) -> None:
    with pytest.raises(InputError, match=rf"(?s){word}.*where\s+network.factory"):
        find(place, "network.factory")


def test_what_cannot_be_called_is_told() -> None:
    with pytest.raises(InputError, match="is a str, which cannot be called"):
        find("sys:platform", "network.factory")


def test_what_the_users_code_raises_is_told_with_its_own_line() -> None:
    broken = find("my_own_code:broken", "data.source.function")
    with pytest.raises(InputError) as caught:
        call(broken, "my_own_code:broken", "data.source.options", {})
    assert caught.value.what.startswith("my_own_code:broken raised JSONDecodeError: Extra data")
    assert caught.value.where.endswith("my_own_code.py:8, in broken")  # not a line of json's
    assert "mend it there" in caught.value.next_step


def test_what_is_written_in_c_is_called_without_knowing_its_parameters() -> None:
    assert call(find("builtins:dict", ""), "builtins:dict", "data.source.options", {}) == {}
    assert parameters_of(dict) == set()
    assert parameters_of(lambda size, *, depth=1: 7) == {"size", "depth"}
    with pytest.raises(InputError, match="itemgetter raised TypeError") as caught:
        call(find("operator:itemgetter", ""), "operator:itemgetter", "data.source.options", {})
    assert caught.value.where == "data.source.options"
    assert "mend it there" not in caught.value.next_step  # there is no line of theirs


def test_a_type_error_within_is_not_one_of_the_call() -> None:
    strict = find("my_own_code:strict", "network.factory")
    with pytest.raises(InputError, match="raised TypeError: this size is no good"):
        call(strict, "my_own_code:strict", "network.options", {"size": 3})
    with pytest.raises(InputError, match="could not be called: missing") as caught:
        call(strict, "my_own_code:strict", "network.options", {})
    assert (caught.value.where, caught.value.allowed) == ("network.options", ("size",))


def test_a_fault_of_a_library_has_no_line_of_the_users() -> None:
    with pytest.raises(InputError) as caught:
        find("no_such_module_x:f", "")
    assert "no_such_module_x" in caught.value.what
    assert line_of(ZeroDivisionError()) == ""
