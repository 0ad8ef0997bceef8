"""A progress bar on stderr where that is a screen; elsewhere its owner says lines instead."""

from __future__ import annotations

from typing import Self

from rich.progress import Progress, ProgressColumn

from trainlab.cli.terminal import Terminal

__all__ = ["Bar"]


class Bar:
    """A context in which a bar is drawn, if anybody sees it, and after which it is gone."""

    def __init__(self, terminal: Terminal, *columns: ProgressColumn) -> None:
        self.terminal = terminal
        self.bar = Progress(*columns, console=terminal.log, transient=True)
        self.shown = terminal.log.is_terminal and not terminal.log.is_dumb_terminal

    def __enter__(self) -> Self:
        if self.shown:
            self.bar.start()
        return self

    def __exit__(self, *fault: object) -> None:
        if self.shown:
            self.bar.stop()
