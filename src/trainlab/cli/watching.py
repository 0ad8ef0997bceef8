"""The display that a terminal can show: redrawn on a screen, line by line everywhere else."""

from __future__ import annotations

from collections.abc import Mapping

from trainlab.cli.lines import Lines
from trainlab.cli.live import Display
from trainlab.cli.terminal import Terminal

__all__ = ["watching"]


def watching(terminal: Terminal, title: str, seeds: Mapping[int, int]) -> Display | Lines:
    """Give the display; use it as a context, and its `watch` as a training's.

    `seeds` gives the seed of a member by its place, for messages.
    """
    log = terminal.log
    redraws = log.is_terminal and not log.is_dumb_terminal
    return Display(log, title, seeds) if redraws else Lines(log, title, seeds)
