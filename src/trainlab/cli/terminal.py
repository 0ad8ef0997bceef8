"""Where a command writes: data on stdout, progress and log on stderr, colours where they are seen.

rich itself honours NO_COLOR, FORCE_COLOR, TERM=dumb and COLUMNS.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from rich.console import Console, RenderableType
from rich.theme import Theme

from trainlab.cli.glyphs import Glyphs, glyphs_for

__all__ = ["Answer", "Terminal", "console", "write"]

THEME = Theme(
    {
        "accent": "cyan",
        "band": "cyan",
        "dim": "dim",  # of the text's own colour: some themes have bright black for their ground
        "good": "green",
        "head": "bold",
        "line": "bold",
        "lost": "red",
        "path": "cyan",
        "warn": "yellow",
        # rich's own bars are red on the way, which here would be a fault
        **dict.fromkeys(("bar.complete", "bar.finished", "bar.pulse"), "cyan"),
        **dict.fromkeys(("bar.back", "progress.percentage"), "dim"),
        **dict.fromkeys(("progress.elapsed", "progress.remaining"), "dim"),
    }
)
WIDE = 120
"""Columns where nobody looks: a file or a pipe must not lose the ends of its lines."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a command found: one document for programs, the same as lines for people."""

    document: Any
    """JSON-able: what --json prints."""
    shown: Sequence[RenderableType] = ()
    """For stdout. A plain string is printed as it is, never wrapped."""
    closing: Sequence[RenderableType] = ()
    """For stderr, last: where things are kept, what to do next."""
    last: str = ""
    """For stdout, after all else: what a script takes with `tail -1`."""
    code: int = 0
    """1 for a negative verdict."""


@dataclass(frozen=True, kw_only=True)
class Terminal:
    """What every command is given besides its own arguments."""

    runs: Path = Path("runs")
    json: bool = False
    out: Console = field(default_factory=lambda: console(sys.stdout))
    log: Console = field(default_factory=lambda: console(sys.stderr))

    @property
    def glyphs(self) -> Glyphs:
        """The signs that stdout can show."""
        return glyphs_for(self.out.encoding)

    def say(self, text: str, style: str = "dim") -> None:
        """Write one line of the log."""
        self.log.print(text, style=style, markup=False, highlight=False, soft_wrap=True)

    def give(self, answer: Answer) -> int:
        """Print an answer and give its exit code."""
        if self.json:
            document = json.dumps(_finite(answer.document), indent=2, default=str)
            self.out.file.write(document + "\n")
        else:
            for part in answer.shown:
                write(self.out, part)
            self.out.file.flush()
            for part in answer.closing:
                write(self.log, part)
            if answer.last:
                write(self.out, answer.last)
        self.out.file.flush()
        return answer.code


class Screen(Console):
    """A console whose reader may leave: the log then goes on unseen, the answer ends there."""

    def on_broken_pipe(self) -> None:
        """Take note that nobody reads; rich itself would exit with 1, which is a verdict."""
        if self.file is not sys.stderr:
            raise BrokenPipeError
        self.quiet = True
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.file.fileno())


def write(console: Console, part: RenderableType) -> None:
    """Print one part; a plain string keeps its lines, so that a path can be cut out of them.

    In a file or a pipe, lines end where their words end: rich fills tables up with blanks.
    """
    if isinstance(part, str):
        console.print(part, markup=False, highlight=False, soft_wrap=True)
    elif console.is_terminal:
        console.print(part)
    else:
        with console.capture() as captured:
            console.print(part)
        lines = (line.rstrip() for line in captured.get().splitlines())
        try:
            console.file.write("\n".join(lines) + "\n")
        except BrokenPipeError:
            console.on_broken_pipe()


def console(stream: TextIO) -> Console:
    """Make a console on a stream, wide where it is not a terminal."""
    seen = stream.isatty() or "COLUMNS" in os.environ
    return Screen(file=stream, theme=THEME, highlight=False, width=None if seen else WIDE)


def _finite(value: Any) -> Any:
    """Give the document with NaN and the infinities as null, for JSON has no word for them."""
    if isinstance(value, float):
        return value if value - value == 0 else None
    if isinstance(value, Mapping):
        return {str(key): _finite(part) for key, part in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_finite(part) for part in value]
    return value
