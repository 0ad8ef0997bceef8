"""trainlab summary RECIPE: what the network of a recipe is made of."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from shlex import join
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from trainlab.cli.arguments import Overrides, RecipeName
from trainlab.cli.numerals import count
from trainlab.cli.outcome import plain_table
from trainlab.cli.terminal import Answer, Terminal

if TYPE_CHECKING:
    from trainlab.nn.summary import Summary
    from trainlab.recipe import Recipe

__all__ = ["run"]


def run(terminal: Terminal, recipe: RecipeName, overrides: Overrides = None) -> Answer:
    """Show the layers of a recipe's network: shapes, parameters, work, receptive field.

    All numbers are of one example; a receptive field is in input pixels on a side.
    """
    import torch

    from trainlab.engine.experiment import Experiment, build_for
    from trainlab.nn.summary import summarise
    from trainlab.recipe.source import load

    opened, name = load(recipe, overrides or []), Path(recipe).stem
    experiment = Experiment(opened)
    task, _ = experiment.prepared
    build = build_for(experiment.program, None, task.feature_shape, task.outputs)
    network = build(opened.seed)
    found = summarise(network, torch.zeros(2, *task.feature_shape))
    dot = terminal.glyphs.dot
    facts = [
        *["a linear map: no hidden layer"] * _is_linear(opened, found),
        f"{count(found.parameters)} parameters",
        f"{count(found.macs)} MACs",
        f"{_bytes(found.activation_bytes)} of activations an example",
    ]
    head = Text.assemble(
        (name, "bold cyan"),
        f"  {times(task.feature_shape)} in, {task.outputs} out\n",
        (f" {dot} ".join(facts), "dim"),
    )
    document = asdict(found) | {"recipe": name, "input_shape": task.feature_shape}
    return Answer(
        document=document,
        shown=[head, Padding(_layers(found), (1, 0, 1, 2))],
        closing=[f"train it: trainlab train {join([recipe, *(overrides or [])])}"],
    )


def _is_linear(recipe: Recipe, found: Summary) -> bool:
    """Whether a built-in network is one affine layer; what a user's own does is not looked into."""
    own = recipe.network is None or recipe.network.name == "python"
    return not own and {layer.kind for layer in found.layers} <= {"Flatten", "Linear"}


def times(shape: tuple[int, ...]) -> str:
    """Give a shape as one reads it: 1 x 8 x 8."""
    return " x ".join(map(str, shape)) or "1"


def _layers(found: Summary) -> Table:
    """Draw one row a layer, and their sums."""
    sees = any(layer.receptive_field for layer in found.layers)
    table = plain_table()
    table.add_column("layer", style="accent", no_wrap=True)
    table.add_column("kind")
    for name in ("output", "parameters", "MACs", *["sees"] * sees):
        table.add_column(name, justify="right")
    for layer in found.layers:
        table.add_row(
            layer.name or "(the network)",
            layer.kind,
            times(layer.output_shape),
            _some(layer.parameters),
            _some(layer.macs),
            *[_some(layer.receptive_field or 0)] * sees,
        )
    table.add_row("", "", "", count(found.parameters), count(found.macs), style="head")
    return table


def _some(amount: int) -> str:
    """Give a count, or nothing for none: what has weights stands out."""
    return count(amount) if amount else ""


def _bytes(amount: int) -> str:
    return f"{amount / 1024:,.1f} KiB" if amount < 2**20 else f"{amount / 2**20:,.1f} MiB"
