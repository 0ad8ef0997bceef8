"""trainlab signal RECIPE: how the signal travels through the layers before the first step."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

import typer
import yaml
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from trainlab import seeds
from trainlab.cli.arguments import Overrides, PageFile, RecipeName
from trainlab.cli.beginning import Beginning, beginning
from trainlab.cli.numerals import brief
from trainlab.cli.outcome import plain_table
from trainlab.cli.terminal import Answer, Terminal
from trainlab.errors import RecipeError
from trainlab.lens.signal import Signal, signals
from trainlab.nn.choice import Choice, pick
from trainlab.nn.init import INITS, initialise
from trainlab.report.signal_page import page
from trainlab.store import atomic

__all__ = ["run"]

MEAN, NUMBER = 12, 11
"""Columns of the means, and of a spread beside its bar, with the space after them."""
BARS = (0, 16, 8, 5, 2)
"""Characters of the longest bar, by the number of initialisers side by side."""
OWN = "the recipe's own"
Columns = Mapping[str, Signal]


def run(
    terminal: Terminal,
    recipe: RecipeName,
    overrides: Overrides = None,
    init: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME", help="An initialiser, or {name: normal, std: 0.02}. Repeat to compare."
        ),
    ] = None,
    out: PageFile = None,
) -> Answer:
    """Show each layer's activations and gradients at initialisation, on one batch of the data.

    Standard deviation and mean over examples and units, in training mode; gradients are those of
    each example's own loss. Bars are logarithmic.
    """
    choices = {text: _choice(text) for text in init or []}
    start = beginning(recipe, overrides, "fp32")
    found = _measured(start, choices)
    closing = [
        f"a law and its values: trainlab explain {next(reversed(choices))}"
        if choices
        else f"compare: trainlab signal {recipe} --init xavier_normal --init he_normal"
    ]
    if out is not None:
        atomic.write_text(out, page(start.name, found))
        closing.insert(0, f"drawing {out}")
    return Answer(
        document={
            "recipe": start.name,
            "examples": len(start.x),
            "initialisers": [_document(name, each) for name, each in found.items()],
        },
        shown=[
            Text.assemble(
                (start.name, "bold cyan"),
                (f"  {len(start.x)} examples, seed ", "dim"),
                (str(start.seed), "dim"),
            ),
            Padding(_layers(found, terminal), (1, 0, 1, 2)),
            *(_told(name, each) for name, each in found.items()),
        ],
        closing=closing,
    )


def _choice(text: str) -> Choice:
    """Read an initialiser; its name and its options are checked."""
    try:
        said: Choice = yaml.safe_load(text)
    except yaml.YAMLError:
        said = ""
    if not isinstance(said, str | dict) or not said:
        raise RecipeError(
            f"{text!r} is no initialiser",
            where="--init",
            allowed=sorted(INITS),
            next_step="give a name, or options with a name: --init '{name: normal, std: 0.02}'",
        )
    pick(INITS, said)
    return said


def _measured(start: Beginning, choices: Mapping[str, Choice]) -> dict[str, Signal]:
    """Measure the network by each initialiser, as rows of one population."""
    networks = {
        name: initialise(
            start.build(start.seed), choice, seeds.generator(start.seed, "init"), start.x
        )
        for name, choice in choices.items()
    } or {OWN: start.build(start.seed)}
    found = signals(list(networks.values()), start.x, start.y, start.loss)
    return dict(zip(networks, found, strict=True))


def _document(name: str, found: Signal) -> dict[str, Any]:
    return {
        "init": name,
        "forward_factor": found.forward_factor,
        "backward_factor": found.backward_factor,
        "layers": [asdict(layer) for layer in found.layers],
    }


def _layers(found: Columns, terminal: Terminal) -> Table:
    """Draw one row a layer: each initialiser's two spreads, and for a single one the mean."""
    alone = len(found) == 1
    table = plain_table()
    table.add_column("layer", style="accent", no_wrap=True)
    for name in found:
        above = "" if name == OWN else f"{name}\n"
        table.add_column(f"{above}forward std", no_wrap=True, vertical="bottom")
        if alone:
            table.add_column("mean", justify="right", style="dim", vertical="bottom")
        table.add_column("backward std", no_wrap=True, vertical="bottom")
    rows = list(zip(*(each.layers for each in found.values()), strict=True))
    names = max(len(row[0].name or row[0].kind) for row in rows)
    room = (terminal.out.width - names - 4 - MEAN * alone) // (2 * len(found)) - NUMBER
    width = max(0, min(room, BARS[min(len(found), len(BARS) - 1)]))
    ahead = _Bars([layer.activation.std for row in rows for layer in row], terminal, width)
    back = _Bars([layer.gradient.std for row in rows for layer in row], terminal, width)
    for row in rows:
        cells: list[str | Text] = []
        for layer in row:
            mean = [brief(layer.activation.mean)] * alone
            cells += [ahead.cell(layer.activation.std), *mean, back.cell(layer.gradient.std)]
        table.add_row(row[0].name or row[0].kind, *cells)
    return table


class _Bars:
    """Bars on one logarithmic scale: the largest value fills it, a ten-thousandth gives none."""

    def __init__(self, values: list[float], terminal: Terminal, width: int) -> None:
        self.width = width
        self.high = max(values)
        self.sign = terminal.glyphs.rule if not terminal.glyphs.braille else "\u2588"

    def cell(self, value: float) -> Text:
        """Give the number and its bar."""
        share = 0.0 if value <= 0 or not self.high else 1 + math.log10(value / self.high) / 4
        length = max(0, round(self.width * share))
        return Text.assemble(f"{brief(value):>8} ", (self.sign * length, "band"))


def _told(name: str, found: Signal) -> Text:
    """Say what a layer with weights does to the signal, on the mean."""
    if math.isnan(found.forward_factor) or not found.backward_factor:
        return Text.assemble((name, "head"), ": the signal dies on the way")
    return Text.assemble(
        (name, "head"),
        f": each weight layer multiplies activations by {brief(found.forward_factor)}, "
        f"gradients by {brief(found.backward_factor)}",
    )
