from __future__ import annotations

import io

import pytest
from rich.console import Console

from trainlab.cli.lines import Lines
from trainlab.cli.live import Display
from trainlab.cli.terminal import Terminal
from trainlab.cli.watching import watching


@pytest.mark.parametrize(
    ("is_terminal", "term", "kind"),
    [(True, "xterm", Display), (True, "dumb", Lines), (False, "xterm", Lines)],
)
def test_only_a_terminal_that_redraws_gets_a_live_display(
    is_terminal: bool, term: str, kind: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", term)
    log = Console(file=io.StringIO(), force_terminal=is_terminal)
    assert isinstance(watching(Terminal(log=log), "a", {}), kind)


def test_a_terminal_without_colours_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    stream = io.StringIO()
    Console(file=stream, force_terminal=True).print("x", style="red")
    assert "[31m" not in stream.getvalue()
