"""Watch a training from the terminal: redrawn on one, line by line elsewhere; Ctrl-C saves."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType

from trainlab.cli.lines import Lines
from trainlab.cli.live import Display
from trainlab.cli.terminal import Terminal

__all__ = ["interruptible", "watching"]


def watching(terminal: Terminal, title: str, seeds: Mapping[int, int]) -> Display | Lines:
    """Give the display that this terminal can show; use it as a context."""
    log = terminal.log
    redraws = log.is_terminal and not log.is_dumb_terminal
    return Display(log, title, seeds) if redraws else Lines(log, title, seeds)


@contextmanager
def interruptible(note: Callable[[str], None]) -> Iterator[Callable[[], bool]]:
    """Give a question `asked()`, true after the first Ctrl-C; the second one stops at once.

    Only a process's main thread may do this; elsewhere Ctrl-C keeps its meaning.
    """
    asked = False

    def ask(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True
        note("stopping after this step, with the state saved; Ctrl-C again stops at once")

    try:
        before = signal.signal(signal.SIGINT, ask)
    except ValueError:  # not the main thread
        yield lambda: asked
        return
    try:
        yield lambda: asked
    finally:
        signal.signal(signal.SIGINT, before)
