"""trainlab explain NAME: the card of one technique."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from trainlab.cli.catalogue import FAMILIES, Entry, look_up
from trainlab.cli.terminal import Answer, Terminal

__all__ = ["run"]


def run(
    terminal: Terminal,
    name: Annotated[str, typer.Argument(metavar="NAME", help="cosine, adam, relu, ...")],
) -> Answer:
    """Explain one technique: what it computes, when it helps and hurts, values, paper."""
    found = look_up(name)
    return Answer(
        document=[asdict(entry) | {"options": _shown(entry.options)} for entry in found],
        shown=[_card(entry) for entry in found],
        closing=(f"try it: trainlab train digits-mlp {found[0].use}",)
        if found[0].family in {"rule", "schedule", "activation", "norm", "initialiser"}
        else (),
    )


def _card(entry: Entry) -> RenderableType:
    """Draw a card: the name, what it does, then the parts that are known."""
    head = Text.assemble((entry.name, "bold cyan"), (f"  {FAMILIES[entry.family].title}", "dim"))
    rows = Table.grid(padding=(0, 2))
    rows.add_column(style="dim", no_wrap=True)
    rows.add_column()
    for name, text in _parts(entry):
        rows.add_row(name, Text(text, style="head" if name == "formula" else ""))
    return Group(head, Text(entry.card.does), Padding(rows, (1, 0, 1, 2)))


def _parts(entry: Entry) -> Iterator[tuple[str, str]]:
    """Give the parts of a card that are known."""
    told = asdict(entry.card)
    told.pop("does")
    told |= entry.facts
    told["options"] = ", ".join(f"{key} = {value}" for key, value in _shown(entry.options).items())
    told |= {"recipe": entry.use, "python": entry.python}
    return ((name, text) for name, text in told.items() if text)


def _shown(options: Mapping[str, Any]) -> dict[str, str]:
    """Give options as one reads them; one that must be given says so."""
    return {
        key: "(must be given)" if value is ... else "null" if value is None else str(value)
        for key, value in options.items()
    }
