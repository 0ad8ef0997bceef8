"""Arguments and options that several commands have, each written once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from trainlab.cli.output import writable

__all__ = [
    "Augmentations",
    "DataPath",
    "Overrides",
    "PageFile",
    "RecipeName",
    "RunName",
    "Seeds",
    "Verbose",
]


Augmentations = Annotated[
    int,
    typer.Option(
        "--augmentations",
        min=1,
        metavar="N",
        help="Average over N versions of each example, by the recipe's own augmentations.",
    ),
]
DataPath = Annotated[
    Path,
    typer.Argument(metavar="DATA", help="A CSV, Parquet, npy or npz file, or a folder of images."),
]
Overrides = Annotated[
    list[str] | None,
    typer.Argument(metavar="KEY=VALUE", help="Values to change: optimizer.lr=0.01"),
]
PageFile = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", callback=writable, help="Write it as an HTML page too."),
]
RecipeName = Annotated[
    str, typer.Argument(metavar="RECIPE", help="A recipe's file, or the name of a built-in one.")
]
RunName = Annotated[
    str,
    typer.Argument(metavar="RUN", help="A run's folder, its name or the start of it, or `latest`."),
]
Seeds = Annotated[
    int | None, typer.Option("--seeds", min=1, metavar="N", help="Train this many seeds.")
]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Show every member.")]
