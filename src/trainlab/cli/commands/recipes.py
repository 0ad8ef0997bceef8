"""trainlab recipes: what is built in."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from trainlab.built_in import built_in
from trainlab.cli.terminal import Answer, Terminal

__all__ = ["run"]


def run(terminal: Terminal) -> Answer:
    """List the recipes that are built in."""
    found = built_in()
    table = Table.grid(padding=(0, 2))
    table.add_column(style="accent", no_wrap=True)
    table.add_column()
    for name, recipe in found.items():
        table.add_row(name, Text(recipe.does))
    closing = (
        "\ntrain one          trainlab train digits-mlp",
        "look inside        trainlab summary digits-mlp",
        "for your own data  trainlab new DATA",
    )
    document = {name: {"does": recipe.does, "text": recipe.text} for name, recipe in found.items()}
    return Answer(document=document, shown=[table], closing=closing)
