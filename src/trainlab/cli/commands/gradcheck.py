"""trainlab gradcheck RECIPE: is the gradient that backward computes the slope of the loss."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from trainlab.check.gradient import GradientCheck, TensorCheck, gradient_check
from trainlab.cli.arguments import Overrides, RecipeName
from trainlab.cli.beginning import beginning
from trainlab.cli.numerals import brief, count
from trainlab.cli.outcome import plain_table
from trainlab.cli.terminal import Answer, Terminal

__all__ = ["run"]

EXAMPLES = 16
"""Of the first batch: enough for batch norm, few kinks."""


def run(
    terminal: Terminal,
    recipe: RecipeName,
    overrides: Overrides = None,
    places: Annotated[
        int, typer.Option(min=1, metavar="N", help="Weights of each tensor that are moved.")
    ] = 20,
) -> Answer:
    """Compare each tensor's gradient with central differences in float64, at the start.

    Exit code 1 if any is wrong. Kinks (ReLU, max) have no slope: their share is told, not judged.
    """
    start = beginning(recipe, overrides, "fp64")
    terminal.say(f"moving up to {places} weights of every tensor by +-h and +-h/2")
    x, y = start.x[:EXAMPLES], start.y[:EXAMPLES]
    network = start.build(start.seed)
    found = gradient_check(network, x, y, start.loss, places=places, seed=start.seed)
    head = Text.assemble(
        (start.name, "bold cyan"),
        (f"  {count(found.places)} weights of {len(found.tensors)} tensors, ", "dim"),
        (f"{len(x)} examples, h = {brief(found.step)}", "dim"),
    )
    document = asdict(found) | {
        "recipe": start.name,
        "good": found.good,
        "kink_share": found.kink_share,
        "tensors": [asdict(each) | {"good": each.good} for each in found.tensors],
    }
    return Answer(
        document=document,
        shown=[head, Padding(_tensors(found), (1, 0, 1, 2)), _verdict(found)],
        closing=_closing(found),
        code=0 if found.good else 1,
    )


def _closing(found: GradientCheck) -> list[str]:
    """Say where to look, if it is not good."""
    if found.good:
        return []
    if found.kink_share == 1:
        return ["a smooth activation in the place of relu shows the rest of the backward"]
    return ["the fault is in the backward of what follows the tensor"]


def _tensors(found: GradientCheck) -> Table:
    """Draw one row a tensor, its largest error and both slopes there."""
    table = plain_table()
    table.add_column("tensor", style="accent", no_wrap=True)
    table.add_column("shape", no_wrap=True)
    kinks = any(each.kinks for each in found.tensors)
    for name in ("moved", *["kinks"] * kinks, "relative error", "analytic", "numerical"):
        table.add_column(name, justify="right", min_width=max(map(len, name.split())))
    table.add_column("at", style="dim")
    for each in found.tensors:
        table.add_row(
            each.name,
            " x ".join(map(str, each.shape)) or "1",
            str(each.places),
            *[str(each.kinks or "")] * kinks,
            *_slopes(each),
        )
    return table


def _slopes(each: TensorCheck) -> list[str | Text]:
    if each.worst is None:
        return [Text("kinks only", style="warn"), "", "", ""]
    return [
        Text(brief(each.error), style="good" if each.good else "lost"),
        brief(each.analytic),
        brief(each.numerical),
        f"[{', '.join(map(str, each.worst))}]",
    ]


def _verdict(found: GradientCheck) -> Text:
    """Say it in one line."""
    kinks = f"; {found.kink_share:.1%} of the places lie at a kink" if found.kink_share else ""
    if found.good:
        told = f": every error is below {brief(found.tolerance)}{kinks}"
        return Text.assemble(("the gradient is right", "good"), told)
    if found.kink_share == 1:
        told = ": every place lies at a kink, where there is no gradient to compare"
        return Text.assemble(("nothing could be checked", "warn"), told)
    wrong = [each.name for each in found.tensors if not each.good]
    return Text.assemble(("the gradient is wrong", "lost"), f" in {', '.join(wrong)}{kinks}")
