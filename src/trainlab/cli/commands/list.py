"""trainlab list [FAMILY]: the techniques, by family."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from trainlab.cli.catalogue import FAMILIES, entries, family
from trainlab.cli.terminal import Answer, Terminal

__all__ = ["run"]


def run(
    terminal: Terminal,
    of: Annotated[str, typer.Argument(metavar="FAMILY", help="rules, schedules, norms, ...")] = "",
) -> Answer:
    """List the techniques: all families, or those of one with what each does."""
    return _one(family(of)) if of else _every()


def _every() -> Answer:
    """Show the names of all families."""
    names = {name: [entry.name for entry in entries(name)] for name in FAMILIES}
    table = Table.grid(padding=(0, 2))
    table.add_column(style="head", no_wrap=True)
    table.add_column(justify="right", style="dim")
    table.add_column()
    for name, rows in names.items():
        table.add_row(name, str(len(rows)), Text(", ".join(rows)))
    total = sum(map(len, names.values()))
    closing = (
        f"\n{total} techniques in {len(names)} families",
        "one family:    trainlab list schedule",
        "one technique: trainlab explain cosine",
    )
    return Answer(document=names, shown=[table], closing=closing)


def _one(name: str) -> Answer:
    """Show what each technique of one family does."""
    rows = tuple(entries(name))
    table = Table.grid(padding=(0, 2))
    table.add_column(style="accent", no_wrap=True)
    table.add_column()
    for entry in rows:
        table.add_row(entry.name, Text(entry.card.does))
    document = {entry.name: entry.card.does for entry in rows}
    head = Text.assemble((FAMILIES[name].title, "head"), (f"  {len(rows)}", "dim"))
    closing = (f"\nlaw, use, values and paper of one: trainlab explain {rows[0].name}",)
    return Answer(document=document, shown=[head, table], closing=closing)
