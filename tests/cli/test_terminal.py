from __future__ import annotations

import json
import math
import os
from io import StringIO

import pytest
from rich.table import Table

from trainlab.cli.terminal import Answer, Terminal, console, write


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("COLUMNS", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)


def table() -> Table:
    grid = Table.grid()
    grid.add_row("a", "b")
    grid.add_row("a longer cell", "b")
    return grid


def test_data_and_log_go_their_own_ways(capsys: pytest.CaptureFixture[str]) -> None:
    terminal = Terminal()
    terminal.say("working")
    code = terminal.give(Answer(document={}, shown=["data"], closing=["kept"], last="path", code=1))
    out, err = capsys.readouterr()
    assert (code, out, err) == (1, "data\npath\n", "working\nkept\n")


def test_json_is_one_document_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    answer = Answer(
        document={"a": math.nan, "b": (1.5, math.inf), 3: "x"}, shown=["data"], closing=["kept"]
    )
    Terminal(json=True).give(answer)
    out, err = capsys.readouterr()
    assert json.loads(out) == {"a": None, "b": [1.5, None], "3": "x"}
    assert err == ""


def test_a_pipe_gets_no_trailing_blanks_and_no_broken_paths(
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = "/a/" + "long/" * 60
    Terminal().give(Answer(document={}, shown=[table(), path]))
    lines = capsys.readouterr().out.splitlines()
    assert lines == [line.rstrip() for line in lines]
    assert lines[-1] == path


def test_words_in_brackets_are_printed_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    terminal = Terminal()
    terminal.say("train [key=value]")
    terminal.give(Answer(document={}, shown=["[bold]x[/bold]"]))
    out, err = capsys.readouterr()
    assert (out, err) == ("[bold]x[/bold]\n", "train [key=value]\n")


def test_a_log_that_nobody_reads_is_written_no_more(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "w", buffering=1) as gone, monkeypatch.context() as patched:
        patched.setattr("sys.stderr", gone)
        terminal = Terminal()
        terminal.say("working")
        code = terminal.give(Answer(document={}, shown=["data"], closing=["kept"]))
    assert (code, capfd.readouterr().out) == (0, "data\n")


def test_an_answer_that_nobody_reads_ends_there() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "w", buffering=1) as gone:
        with pytest.raises(BrokenPipeError):
            write(console(gone), "data")
        with pytest.raises(BrokenPipeError):
            write(console(gone), table())
        os.dup2(os.open(os.devnull, os.O_WRONLY), gone.fileno())


def test_a_bar_has_the_colours_of_everything_else() -> None:
    screen = console(StringIO())
    assert screen.get_style("bar.complete") == screen.get_style("accent")
    assert screen.get_style("progress.remaining").color is None
