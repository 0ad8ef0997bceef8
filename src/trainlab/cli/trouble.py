"""How a fault is told: one block on stderr with what, where, allowed, nearest and next."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from trainlab.cli.terminal import write
from trainlab.errors import InputError

__all__ = ["block", "document", "tell"]


def tell(fault: InputError, console: Console) -> None:
    """Print the block."""
    write(console, block(fault))


def block(fault: InputError) -> RenderableType:
    """Draw the fault: a line for what is wrong, then its known parts in two columns."""
    head = Text.assemble(("trainlab: ", "lost"), (fault.what, "head"))
    rows = Table.grid(padding=(0, 2))
    rows.add_column(style="dim", no_wrap=True, min_width=len("allowed"))
    rows.add_column(overflow="fold")
    for name, part, style in _parts(fault):
        rows.add_row(name, Text(part, style=style))
    return Group(head, Padding(rows, (0, 0, 0, 2))) if rows.row_count else head


def _parts(fault: InputError) -> Iterator[tuple[str, str, str]]:
    """Give the parts that are known: name, text, style."""
    known = {
        "where": (fault.where, ""),
        "allowed": (", ".join(fault.allowed), ""),
        "nearest": (fault.nearest, "good"),
        "next": (fault.next_step, "accent"),
    }
    return ((name, part, style) for name, (part, style) in known.items() if part)


def document(fault: InputError) -> dict[str, object]:
    """Give the fault as --json prints it."""
    return {
        "error": {
            "kind": type(fault).__name__,
            "what": fault.what,
            "where": fault.where,
            "allowed": list(fault.allowed),
            "nearest": fault.nearest,
            "next": fault.next_step,
        }
    }
