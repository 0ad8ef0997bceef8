"""trainlab predict RUN DATA: let a run's networks say what new examples are."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from trainlab.cli.arguments import Augmentations, DataPath, RunName
from trainlab.cli.outcome import seeds_of
from trainlab.cli.output import writable
from trainlab.cli.terminal import Answer, Terminal
from trainlab.errors import InputError, ResourceError
from trainlab.store import open_run

if TYPE_CHECKING:
    import pandas

__all__ = ["run"]


def run(
    terminal: Terminal,
    name: RunName,
    data: DataPath,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", callback=writable, help="Write a CSV file instead."),
    ] = None,
    augmentations: Augmentations = 1,
    samples: Annotated[
        int,
        typer.Option(
            "--samples", min=0, metavar="N", help="Sample with dropout on: how sure is the network?"
        ),
    ] = 0,
) -> Answer:
    """Predict raw data, preprocessed as the run's own was: CSV, one row an example.

    Classes come with their probabilities, averaged over the run's members; numbers with the
    members' standard deviation. Of samples it is that of all draws, and classes come with the
    entropy of the prediction and how much of it the draws disagree on (mutual information).
    """
    from trainlab.lab import predict

    run = open_run(name, terminal.runs)
    if out is not None and out.exists() and data.exists() and out.samefile(data):
        raise InputError(
            "the predictions would replace the data",
            where=f"--out {out}",
            next_step="choose another file: --out FILE",
        )
    table = predict(run, data, augmentations=augmentations, samples=samples)
    closing = [
        f"\n{len(table)} predictions by {seeds_of(run)}",
        f"run     {run.path}",
        f"open    trainlab show {quote(str(run.path))}",
    ]
    if out is not None:
        _save(table, out)
        return Answer(
            document={"run": str(run.path), "out": str(out), "rows": len(table)},
            shown=[str(out)],
            closing=closing,
        )
    return Answer(
        document=table.to_dict(orient="records"),
        shown=[table.to_csv(index=False).rstrip("\n")],
        closing=closing,
    )


def _save(table: pandas.DataFrame, out: Path) -> None:
    try:
        table.to_csv(out, index=False)
    except OSError as error:
        raise ResourceError(
            f"the predictions cannot be written: {error.strerror}",
            where=str(out),
            next_step="choose another file: --out FILE",
        ) from error
