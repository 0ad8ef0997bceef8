"""trainlab schedule RECIPE: every number that moves over training, drawn without training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import join

import torch
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from trainlab.cli.arguments import Overrides, PageFile, RecipeName
from trainlab.cli.curve import Frame, Point, draw
from trainlab.cli.numerals import brief, count, plain
from trainlab.cli.picture import page
from trainlab.cli.terminal import Answer, Terminal
from trainlab.data.batches import Cut
from trainlab.engine.experiment import Experiment
from trainlab.engine.movement import Movement, batch_sizes, pace_of
from trainlab.recipe import Recipe
from trainlab.recipe.source import load
from trainlab.schedules import Pace
from trainlab.store import atomic

__all__ = ["run"]

POINTS = 400
"""Steps that are drawn, the first and the last among them."""
HEIGHT, LOWER = 12, 6
"""Lines of the learning rate's curve, and of each other's."""


@dataclass(frozen=True)
class Curve:
    """A number over the steps of the training."""

    name: str
    schedule: str
    values: Sequence[float]
    """One a step."""

    @property
    def points(self) -> list[tuple[int, float]]:
        """The steps that are drawn, evenly spread, with their values."""
        last = len(self.values) - 1
        steps = sorted({round(last * place / (POINTS - 1)) for place in range(POINTS)})
        return [(step, self.values[step]) for step in steps]


def run(
    terminal: Terminal,
    recipe: RecipeName,
    overrides: Overrides = None,
    out: PageFile = None,
) -> Answer:
    """Draw the learning rate and all else that is scheduled over the steps, without training.

    Compare by changing a value: trainlab schedule digits-mlp schedule=one_cycle
    """
    opened, name = load(recipe, overrides or []), Path(recipe).stem
    examples = _examples(opened)
    cut = Cut.of(examples, opened.train.batch_size, opened.train.accumulate)
    pace = pace_of([opened], examples)
    curves = _curves(opened, examples, cut, pace)
    rate, others = curves[0], curves[1:]
    closing = [f"train with it: trainlab train {join([recipe, *(overrides or [])])}"]
    if out is not None:
        drawings = [(curve.name, curve.points) for curve in curves]
        atomic.write_text(out, page(f"{name}: schedules", "step", drawings))
        closing.insert(0, f"drawing {out}")
    document = {
        "recipe": name,
        "schedule": opened.schedule.name,
        "steps": len(rate.values),
        "steps_per_epoch": pace.usual,
        "examples_per_step": cut.examples,
        "lr": [{"step": step, "lr": value} for step, value in rate.points],
        "schedules": {
            curve.name: [{"step": step, "value": value} for step, value in curve.points]
            for curve in others
        },
    }
    shown: list[RenderableType] = [
        Text.assemble((name, "bold cyan"), (f"  schedule {opened.schedule.name}", "dim")),
        _drawn(rate, HEIGHT, pace, terminal),
        Text("   ".join([*_told(rate), _length(rate, pace)])),
        *_scaled(opened, cut.examples),
    ]
    for curve in others:
        heading = Text.assemble(
            (f"\n{curve.name}", "bold"), (f"  schedule {curve.schedule}", "dim")
        )
        told = Text("   ".join(_told(curve)))
        shown += [heading, _drawn(curve, LOWER, pace, terminal), told]
    return Answer(document=document, shown=shown, closing=closing)


def _examples(recipe: Recipe) -> int:
    """Count the training examples of a recipe's own data."""
    task, _ = Experiment(recipe).prepared
    return int(task.train.shape[1])


def _curves(recipe: Recipe, examples: int, cut: Cut, pace: Pace) -> list[Curve]:
    """Give the learning rate first, then the other numbers that are scheduled."""
    movement = Movement([recipe], torch.zeros(1, dtype=torch.float64), pace, cut.examples)
    steps = range(pace.reached(movement.clocks[0].total))
    rate = movement.dials().lr
    curves = [Curve("lr", recipe.schedule.name, [float(rate.at(step)) for step in steps])]
    for name, choice in recipe.schedules.chosen().items():
        if name == "batch_size":
            sizes = batch_sizes([recipe], examples)
            values = [float(sizes[min(pace.at(step)[0], len(sizes) - 1)]) for step in steps]
        else:
            dial = movement.of(name)
            values = [float(dial.at(step)) for step in steps]
        curves.append(Curve(name, choice.name, values))
    return curves


def _drawn(curve: Curve, height: int, pace: Pace, terminal: Terminal) -> Padding:
    """Draw a curve over its steps, with the epoch at its end."""
    width, total = min(terminal.out.width, 100), len(curve.values)
    wide = min(curve.values) < max(curve.values) / 2
    frame = Frame(width=width, height=height, x_end=max(1, total - 1), from_zero=wide)
    points = [Point(step, value, value, value) for step, value in curve.points]
    end = f"epoch {plain(round(_epochs(total, pace), 1))}"
    axis = Text(f"{'':9}0{end:>{width - 10}}", style="dim")
    return Padding(Group(*draw(points, frame, terminal.glyphs), axis), (1, 0, 1, 0))


def _epochs(steps: int, pace: Pace) -> float:
    return float(pace.positions(torch.tensor(steps))) / pace.usual


def _scaled(recipe: Recipe, examples: int) -> list[Text]:
    """Say how the batch changes the rate, where it does."""
    scaling, lr = recipe.optimizer.lr_scaling, recipe.optimizer.hypers["lr"]
    if scaling is None:
        return []
    (base,) = scaling.arguments().values()
    told = f"lr {brief(lr)} for {base} examples a step is {brief(recipe.optimizer.rate(examples))}"
    return [Text(f"{told} for {count(examples)}, {scaling.name}", style="dim")]


def _told(curve: Curve) -> list[str]:
    """Say the values that one looks for."""
    values = curve.values
    peak = max(range(len(values)), key=values.__getitem__)
    return [
        f"first {brief(values[0])}",
        f"highest {brief(values[peak])} at step {count(peak)}",
        f"last {brief(values[-1])}",
    ]


def _length(curve: Curve, pace: Pace) -> str:
    steps = f"{count(len(curve.values))} steps"
    if pace.is_even:
        return f"{steps} of {count(pace.usual)} an epoch"
    ends = (count(each) for each in (pace.per_epoch[0], pace.per_epoch[-1]))
    return f"{steps}, {' in the first epoch and '.join(ends)} in the last"
