"""What every command shares, with good and bad words."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

from tests.cli.conftest import Said
from trainlab.cli.table import COMMANDS, module_of
from trainlab.store import Run

Say = Callable[..., Said]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(say: Say, name: str) -> None:
    for words in ([name, "--help"], ["help", name]):
        said = say(*words)
        assert said.code == 0
        assert f"trainlab {name}" in said.out
        assert "--json" in said.out
        assert "--runs" in said.out
    assert import_module(module_of(name)).__doc__.startswith(f"trainlab {name}")


def test_the_lines_of_a_help_are_as_long_as_the_terminal_and_not_as_the_source(
    say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    (line,) = [line for line in say("lr", "--help").out.splitlines() if "Trains every" in line]
    assert "Exit code 1 where no rate can be suggested." in line


def test_an_unknown_command_is_answered_with_the_nearest(say: Say) -> None:
    said = say("trian")
    assert (said.code, said.out) == (2, "")
    assert "there is no command 'trian'" in said.err
    assert "nearest  train" in said.err
    assert "next     " in said.err


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (["runs", "--jsn"], ["no such option", "--jsn", "nearest  --json"]),
        (["show"], ["missing argument", "trainlab show --help"]),
        (["train", "digits-mlp", "--seeds", "many"], ["many", "trainlab train --help"]),
        (["train", "digits-mlp", "--seeds", "0"], ["--seeds", "trainlab train --help"]),
        (["runs", "a", "b"], ["unexpected extra argument"]),
    ],
)
def test_a_command_line_at_fault_reads_like_any_fault(
    say: Say, words: list[str], parts: list[str]
) -> None:
    said = say(*words)
    assert (said.code, said.out) == (2, "")
    assert "Traceback" not in said.err
    assert said.err.startswith("trainlab: ")
    for part in parts:
        assert part in said.err


def test_a_fault_is_a_document_too(say: Say, tmp_path: Path) -> None:
    said = say("show", "nothing", "--json", "--runs", tmp_path)
    assert said.code == 2
    assert said.document["error"]["kind"] == "RunError"
    assert "there is no run 'nothing'" in said.document["error"]["what"]
    assert "there is no run 'nothing'" in said.err


def test_a_fault_of_trainlab_itself_is_owned_up_to(
    say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trainlab.cli.commands.runs.find", json.loads)  # no line of the user's
    said = say("runs")
    assert said.code == 3
    assert "TypeError: the JSON object must be str" in said.err
    assert "a fault of trainlab itself" in said.err


@pytest.fixture
def own_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[str]]:
    """Give what puts a file of the user's into the present folder, and the words that train it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.delitem(sys.modules, "users_net", raising=False)

    def made(code: str) -> list[str]:
        (tmp_path / "users_net.py").write_text("from torch import nn\n" + code)
        short = ["train.length=3steps", "network={name: python, factory: 'users_net:Net'}"]
        return ["train", "wine-mlp", *short, "train.threads=1", "regularize.dropout=0"]

    return made


NET = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.map, self.calls = nn.Linear(13, 3), 0
        {built}

    def forward(self, x):
        self.calls += 1
        {called}
        return self.map(x)
"""
BREAKS = "raise KeyError('mine')"


@pytest.mark.parametrize(
    ("code", "line"),
    [
        (NET.format(built=BREAKS, called=""), "users_net.py:7, in __init__"),
        (NET.format(built="", called=BREAKS), "users_net.py:11, in forward"),
        (
            NET.format(built="", called=f"if self.calls > 2: {BREAKS}"),
            "users_net.py:11, in forward",
        ),
    ],
    ids=["as it is built", "on the first batch", "later"],
)
def test_what_the_users_own_network_raises_is_told_with_its_line(
    say: Say, own_code: Callable[[str], list[str]], code: str, line: str
) -> None:
    said = say(*own_code(code))
    assert (said.code, said.out) == (2, "")
    assert "KeyError: 'mine'" in said.err
    assert line in said.err.replace("\n", "")
    assert "Traceback" not in said.err


def test_the_traceback_of_the_users_code_is_there_for_the_asking(
    say: Say, own_code: Callable[[str], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRAINLAB_TRACEBACK", "1")
    said = say(*own_code(NET.format(built=BREAKS, called="")))
    assert said.code == 2
    assert "Traceback (most recent call last)" in said.err


def test_the_folder_of_runs_comes_from_the_environment(
    say: Say, a_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRAINLAB_RUNS", str(a_run.path.parent))
    assert [run["run"] for run in say("runs", "--json").document] == [a_run.id]


def test_an_interruption_has_its_own_code(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(runs: Path) -> list[Run]:
        raise KeyboardInterrupt

    monkeypatch.setattr("trainlab.cli.commands.runs.find", interrupted)
    assert say("runs").code == 130


def python(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_process_ends_with_the_code_and_without_a_traceback(tmp_path: Path) -> None:
    done = python("-m", "trainlab", "shwo", "latest", folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "nearest  show" in done.stderr
    assert "Traceback" not in done.stderr


def shell(program: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", program], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("words", "first"), [("schema", "{"), ("list rule", "update rules"), ("--help", "trainlab: ")]
)
def test_a_reader_that_stops_reading_is_no_fault(tmp_path: Path, words: str, first: str) -> None:
    program = f"{sys.executable} -m trainlab {words} 2>/dev/null | head -1; exit ${{PIPESTATUS[0]}}"
    done = shell(program, tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith(first)
    assert shell(program.replace("head -1", "true"), tmp_path).returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk that is always full")
@pytest.mark.parametrize(
    "words", ["--help", "list --help", "recipes", "recipes --json", "list nonsense --json"]
)
def test_an_answer_that_cannot_be_written_is_told_without_advice_for_runs(
    tmp_path: Path, words: str
) -> None:
    done = shell(f"{sys.executable} -m trainlab {words} > /dev/full", tmp_path)
    assert done.returncode == 2
    told = "trainlab: the answer cannot be written: No space left on device"
    assert done.stderr.splitlines() == [told]


@pytest.mark.parametrize(
    ("fault", "advice"),
    [
        ("13, 'Permission denied', '/locked'", "choose another place: --runs DIR"),
        ("28, 'No space left on device'", "make room"),
        ("36, 'File name too long', 'aaa'", "a shorter name"),
        ("24, 'Too many open files', 'page.html'", "ulimit -n"),
    ],
)
def test_what_the_system_refuses_is_told_with_what_helps(
    say: Say, monkeypatch: pytest.MonkeyPatch, fault: str, advice: str
) -> None:
    scope: dict[str, Callable[[Path], list[Run]]] = {}
    exec(f"def find(runs): raise OSError({fault})", scope)  # no line of the user's
    monkeypatch.setattr("trainlab.cli.commands.runs.find", scope["find"])
    said = say("runs")
    assert said.code == 2
    for part in fault.replace("'", "").split(", ")[1:]:
        assert part in said.err
    assert advice in said.err
