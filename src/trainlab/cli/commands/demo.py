"""trainlab demo: the main job from end to end, in under a minute."""

from __future__ import annotations

from dataclasses import replace
from shlex import quote
from typing import Annotated

import typer

from trainlab.cli.arguments import Overrides, Verbose
from trainlab.cli.terminal import Answer, Terminal

__all__ = ["run"]

RECIPE = "digits-mlp"


def run(
    terminal: Terminal,
    overrides: Overrides = None,
    seeds: Annotated[
        int, typer.Option("--seeds", min=1, metavar="N", help="Train this many seeds.")
    ] = 8,
    verbose: Verbose = False,
) -> Answer:
    """Train eight seeds of a network on handwritten digits as one population, and report on them.

    The path of the report is the last line on stdout.
    """
    terminal.say("eight networks learn to read 1,797 handwritten digits, as one tensor program")
    from trainlab.cli.sitting import answer, train  # seconds of imports: say something first

    run = train(terminal, RECIPE, [f"seeds={seeds}", *(overrides or [])])
    found = answer(run, terminal, verbose=verbose)
    closing = [
        f"look    trainlab show {quote(str(run.path))}",
        f"again   trainlab train {RECIPE} optimizer.lr=0.01 --seeds {seeds}",
        "report  open this file in a browser:",
    ]
    return replace(found, closing=closing, last=str(run.path / "report.html"))
