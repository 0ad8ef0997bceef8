"""What is shown before any command is run: the welcome, the overview, the version."""

from __future__ import annotations

import sys
from itertools import groupby

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from trainlab.cli.table import COMMANDS
from trainlab.cli.terminal import console, write

__all__ = ["overview", "version", "welcome"]

TITLES = {
    "begin": "Begin",
    "train": "Train",
    "look": "Look at runs",
    "learn": "Look things up",
}
FIRST_STEPS = {
    "trainlab demo": "train eight seeds on real data and write a report (under a minute)",
    "trainlab train digits-mlp optimizer.lr=0.01": "train a built-in recipe, one value changed",
    "trainlab new DATA": "look at your own file or folder and write a recipe for it",
}
EVERY_COMMAND = {
    "--help": "what the command takes, with its defaults",
    "--json": "print one JSON document on stdout",
    "--runs DIR": "where runs are kept: ./runs, or $TRAINLAB_RUNS",
}
CODES = {
    "0": "good",
    "1": "a negative verdict",
    "2": "the input is at fault",
    "130": "interrupted, with the state saved",
}


def welcome() -> int:
    """Show the three commands to try first."""
    screen = console(sys.stdout)
    write(screen, _title())
    write(screen, "\nThree commands to try first:\n")
    write(screen, _pairs(FIRST_STEPS, narrow=screen.width < 110))
    write(screen, Text.assemble("\nAll commands: ", ("trainlab --help", "accent")))
    return 0


def overview() -> int:
    """Show all commands by group, and what they share."""
    screen = console(sys.stdout)
    write(screen, _title())
    write(screen, Text.assemble("\nUsage: ", ("trainlab COMMAND ...", "accent")))
    for group, rows in groupby(COMMANDS.items(), key=lambda row: row[1].group):
        _section(screen, TITLES[group], {f"{name} {row.usage}": row.help for name, row in rows})
    _section(screen, "Every command", EVERY_COMMAND)
    _section(screen, "Exit codes", CODES)
    return 0


def version() -> int:
    """Print the version and nothing else."""
    from importlib.metadata import version as version_of

    print(f"trainlab {version_of('trainlab')}")
    return 0


def _title() -> Text:
    """Give the one line that says what this is."""
    return Text.assemble(
        ("trainlab", "bold cyan"), ": many trainings of a network as one tensor program"
    )


def _section(screen: Console, name: str, rows: dict[str, str]) -> None:
    """Print one group of the overview."""
    write(screen, Text("\n" + name, style="head"))
    write(screen, _pairs(rows))


def _pairs(rows: dict[str, str], *, narrow: bool = False) -> RenderableType:
    """Lay out names and what they mean: side by side, or below each other where it is narrow."""
    if narrow:
        lines = (Text.assemble((name, "accent"), f"\n    {does}") for name, does in rows.items())
        return Padding(Group(*lines), (0, 0, 0, 2))
    table = Table.grid(padding=(0, 2))
    table.add_column(style="accent", no_wrap=True, min_width=27)
    table.add_column()
    for name, does in rows.items():
        table.add_row(Text(name), does)
    return Padding(table, (0, 0, 0, 2))
