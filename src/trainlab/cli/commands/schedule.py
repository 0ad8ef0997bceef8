"""trainlab schedule RECIPE: the learning rate over training, drawn without training."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from trainlab.cli.arguments import Overrides, RecipeName
from trainlab.cli.curve import Frame, Point, draw
from trainlab.cli.numerals import brief, count, plain
from trainlab.cli.picture import page
from trainlab.cli.terminal import Answer, Terminal
from trainlab.data.batches import Cut
from trainlab.engine.experiment import Experiment
from trainlab.recipe import Recipe
from trainlab.recipe.source import load
from trainlab.schedules import SCHEDULES, Clock

__all__ = ["run"]

POINTS = 400
"""Steps that are drawn, the first and the last among them."""
HEIGHT = 12


def run(
    terminal: Terminal,
    recipe: RecipeName,
    overrides: Overrides = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write it as an HTML file too.")
    ] = None,
) -> Answer:
    """Draw the learning rate over the steps of a recipe, without training.

    Compare by changing a value: trainlab schedule digits-mlp schedule=one_cycle
    """
    opened, name = load(recipe, overrides or []), Path(recipe).stem
    cut = _cut(opened)
    clock = clock_of(opened, cut)
    rates = _rates(opened, clock, cut.examples)
    steps = _spread(clock.total)
    points = [(step, rates[step]) for step in steps]
    title = f"{name}: learning rate, schedule {opened.schedule.name}"
    closing = [f"train with it: trainlab train {' '.join([recipe, *(overrides or [])])}"]
    if out is not None:
        out.write_text(page(title, points, ("step", "learning rate")), encoding="utf-8")
        closing.insert(0, f"drawing {out}")
    document = {
        "recipe": name,
        "schedule": opened.schedule.name,
        "steps": clock.total,
        "steps_per_epoch": clock.per_epoch,
        "examples_per_step": cut.examples,
        "lr": [{"step": step, "lr": rate} for step, rate in points],
    }
    shown: list[RenderableType] = [
        Text.assemble((name, "bold cyan"), (f"  schedule {opened.schedule.name}", "dim")),
        _drawn(points, clock, terminal),
        _told(rates, clock),
        *_scaled(opened, cut.examples),
    ]
    return Answer(document=document, shown=shown, closing=closing)


def clock_of(recipe: Recipe, cut: Cut) -> Clock:
    """Count the steps of a recipe."""
    total = recipe.train.length.steps(Clock(total=0, per_epoch=cut.steps))
    return Clock(total=max(1, total), per_epoch=cut.steps)


def _cut(recipe: Recipe) -> Cut:
    """Cut a recipe's own data into batches."""
    task, _ = Experiment(recipe).prepared
    return Cut.of(int(task.train.shape[1]), recipe.train.batch_size, recipe.train.accumulate)


def _rates(recipe: Recipe, clock: Clock, examples: int) -> list[float]:
    row = SCHEDULES[recipe.schedule.name].make(**recipe.schedule.arguments())
    rates: list[float] = (row.draw(clock) * recipe.optimizer.rate(examples)).tolist()
    return rates


def _spread(total: int) -> list[int]:
    """Give steps evenly spread, the first and the last among them."""
    last = total - 1
    return sorted({round(last * place / (POINTS - 1)) for place in range(POINTS)})


def _drawn(points: Sequence[tuple[int, float]], clock: Clock, terminal: Terminal) -> Padding:
    """Draw the curve over its axis of epochs."""
    width = min(terminal.out.width, 100)
    frame = Frame(width=width, height=HEIGHT, x_end=max(1, clock.total - 1), from_zero=True)
    lines = draw([Point(step, rate, rate, rate) for step, rate in points], frame, terminal.glyphs)
    end = f"epoch {plain(round(clock.total / clock.per_epoch, 1))}"
    axis = Text(f"{'':9}0{end:>{width - 10}}", style="dim")
    return Padding(Group(*lines, axis), (1, 0, 1, 0))


def _scaled(recipe: Recipe, examples: int) -> list[Text]:
    """Say how the batch changes the rate, where it does."""
    scaling, lr = recipe.optimizer.lr_scaling, recipe.optimizer.hypers["lr"]
    if scaling is None:
        return []
    (base,) = scaling.arguments().values()
    told = f"lr {brief(lr)} for {base} examples a step is {brief(recipe.optimizer.rate(examples))}"
    return [Text(f"{told} for {count(examples)}, {scaling.name}", style="dim")]


def _told(rates: Sequence[float], clock: Clock) -> Text:
    """Say the rates that one looks for."""
    peak = max(range(len(rates)), key=rates.__getitem__)
    facts = [
        f"first {brief(rates[0])}",
        f"highest {brief(rates[peak])} at step {count(peak)}",
        f"last {brief(rates[-1])}",
        f"{count(clock.total)} steps of {count(clock.per_epoch)} an epoch",
    ]
    return Text("   ".join(facts))
