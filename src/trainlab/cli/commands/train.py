"""trainlab train RECIPE [key=value ...]: train one network, or a population."""

from __future__ import annotations

from typing import Annotated

import typer

from trainlab.cli.arguments import Overrides, Seeds
from trainlab.cli.terminal import Answer, Terminal
from trainlab.errors import InputError

__all__ = ["run"]


def run(
    terminal: Terminal,
    recipe: Annotated[
        str | None,
        typer.Argument(metavar="RECIPE", help="A recipe's file, or the name of a built-in one."),
    ] = None,
    overrides: Overrides = None,
    seeds: Seeds = None,
    folds: Annotated[
        int | None,
        typer.Option("--folds", min=2, metavar="K", help="Cross-validate: each fold is a member."),
    ] = None,
    unfinished: Annotated[
        str | None,
        typer.Option("--resume", metavar="RUN", help="Go on with an interrupted run."),
    ] = None,
) -> Answer:
    """Train a recipe: one network, or with --seeds or --folds a whole population at once.

    Ctrl-C finishes the step, saves the state and says how to go on; pressed twice it stops at once.
    """
    from trainlab.cli.sitting import answer, resume, train

    if unfinished is not None:
        if recipe is not None:
            raise InputError(
                "a run goes on with its own recipe: it takes no other, and no values",
                where=f"--resume {unfinished}, RECIPE {recipe}",
                next_step=f"trainlab train --resume {unfinished}",
            )
        return answer(resume(terminal, unfinished), terminal, verbose=False)
    if recipe is None:
        raise InputError(
            "there is nothing to train: name a recipe",
            next_step="trainlab train digits-mlp, or see them all: trainlab recipes",
        )
    changes = [*(overrides or [])]
    changes += [f"seeds={seeds}"] * (seeds is not None)
    changes += [f"data.split.folds={folds}"] * (folds is not None)
    return answer(train(terminal, recipe, changes), terminal, verbose=False)
