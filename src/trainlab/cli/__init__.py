"""The command line: one file for each command, found through the table in table.py.

Only the standard library and the table are imported before a command is known, so that
`trainlab --help` answers at once: torch, pandas and pydantic wait for the command that needs them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line and give its exit code.

    0 good, 1 a negative verdict, 2 the input is at fault, 3 a fault of trainlab itself,
    130 interrupted with the state saved.
    """
    try:
        return _answer(list(sys.argv[1:] if argv is None else argv))
    except BrokenPipeError:  # the reader (head, less) has what it wanted
        _write_no_more()
        return 0
    except OSError as fault:
        _write_no_more()
        sys.stderr.write(f"trainlab: the answer cannot be written: {fault.strerror}\n")
        return 2


def _write_no_more() -> None:
    """Keep Python's own flush at exit from complaining once more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _answer(words: list[str]) -> int:
    match words:
        case []:
            from trainlab.cli.welcome import welcome

            return welcome()
        case ["--version" | "-V" | "version"]:
            from trainlab.cli.welcome import version

            return version()
        case ["--help" | "-h" | "help"]:
            from trainlab.cli.welcome import overview

            return overview()
        case ["help", command, *_]:
            words = [command, "--help"]
    from trainlab.cli.command import run

    return run(words[0], words[1:])
