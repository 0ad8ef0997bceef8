"""trainlab new DATA: look at data and write a commented recipe for it."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import Annotated

import typer

from trainlab.cli.arguments import DataPath
from trainlab.cli.output import writable
from trainlab.cli.terminal import Answer, Terminal
from trainlab.errors import InputError, ResourceError

__all__ = ["run"]


def run(
    terminal: Terminal,
    data: DataPath,
    target: Annotated[
        str, typer.Option("--target", metavar="COLUMN", help="The column to learn, of a table.")
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", callback=writable, help="The recipe's file."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a recipe that is there.")] = False,
) -> Answer:
    """Look at a file or folder, say what it holds, and write a commented recipe for it."""
    from trainlab.cli.draft import draft
    from trainlab.data.looking import look
    from trainlab.recipe.text import read

    guess = look(str(data), target=target)
    file = out or Path(f"{data.name.partition('.')[0] or 'data'}.yaml")
    text = draft(guess, str(data), str(file))
    read(text, str(file))  # a recipe that trainlab itself would refuse is never written
    _save(file, text, force=force)
    return Answer(
        document={"recipe": str(file), "text": text, "reasons": list(guess.reasons)},
        shown=[*(f"  {reason}" for reason in guess.reasons), str(file)],
        closing=[
            "",
            f"look inside  trainlab summary {quote(str(file))}",
            f"train it     trainlab train {quote(str(file))}",
        ],
    )


def _save(file: Path, text: str, *, force: bool) -> None:
    if file.exists() and not force:
        raise InputError(
            "there is a recipe of this name already",
            where=str(file),
            next_step="give another name, --out FILE, or replace it, --force",
        )
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ResourceError(
            f"the recipe cannot be written: {error.strerror}",
            where=str(file),
            next_step="choose another place: --out FILE",
        ) from error
