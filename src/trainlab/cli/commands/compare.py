"""trainlab compare RECIPE --vary KEY=A,B: is one better than another, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import Annotated, Literal

import typer
from rich.progress import BarColumn, TaskID, TextColumn, TimeRemainingColumn

from trainlab.cli.bar import Bar
from trainlab.cli.compared import answer
from trainlab.cli.numerals import duration
from trainlab.cli.terminal import Answer, Terminal
from trainlab.comparison.arms import Vary
from trainlab.comparison.compare import Progress
from trainlab.comparison.design import Design
from trainlab.errors import InputError
from trainlab.lab.comparing import compare, compare_again, varied_arms

__all__ = ["run"]

SEEDS, SEEDS_OF_FOLDS = 8, 1
MARKS = (1 / 20, 1 / 4, 1 / 2, 3 / 4)
"""Shares of a stage after which a line is written, where no bar is seen."""
LEAST = 5.0
"""Seconds that have passed, or are to go, below which none are told: a start is slow."""
WHAT, HOW, JUDGED, MORE = "What is compared", "Fairly", "Judged", "How long"


Recipes = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="RECIPE... [KEY=VALUE]...",
        help="One recipe to vary, or several to compare; values for all of them.",
    ),
]
Varied = Annotated[
    list[str] | None,
    typer.Option(
        metavar="KEY=A,B,...",
        help="Values to compare. Repeat for every combination.",
        rich_help_panel=WHAT,
    ),
]
Zipped = Annotated[
    bool,
    typer.Option("--zip", help="Take repeated values in pairs instead.", rich_help_panel=WHAT),
]
Baseline = Annotated[
    str | None,
    typer.Option(
        metavar="ARM", help="Judge all others against this arm too.", rich_help_panel=WHAT
    ),
]
FreshSeeds = Annotated[
    int | None,
    typer.Option(
        min=1,
        metavar="N",
        help="Fresh seeds of each arm: 8, with folds 1; with --until, between two looks.",
        rich_help_panel=HOW,
    ),
]
Folds = Annotated[
    int | None,
    typer.Option(
        min=3, metavar="K", help="Cross-validate: each fold is a pair.", rich_help_panel=HOW
    ),
]
Tuned = Annotated[
    list[str] | None,
    typer.Option(
        metavar="KEY[=A..B]",
        help="Find each arm's best value first, at equal cost: optimizer.lr.",
        rich_help_panel=HOW,
    ),
]
Trials = Annotated[
    int,
    typer.Option(min=2, metavar="N", help="Tuning trials of each arm.", rich_help_panel=HOW),
]
Finals = Annotated[
    int,
    typer.Option(
        min=0,
        metavar="N",
        help="Seeds on which each arm's 3 best values train again: the best mean is taken.",
        rich_help_panel=HOW,
    ),
]
Judge = Annotated[
    Literal["steps", "time", "target"],
    typer.Option(
        help="At equal steps, at equal time, or by the steps to a target.",
        rich_help_panel=JUDGED,
    ),
]
Target = Annotated[
    float | None,
    typer.Option(
        metavar="X",
        help="What validation must reach, with --judge target.",
        rich_help_panel=JUDGED,
    ),
]
Metric = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="What is judged: accuracy, loss, rmse, ...",
        rich_help_panel=JUDGED,
    ),
]
Margin = Annotated[
    str | None,
    typer.Option(
        metavar="0.5%",
        help="A difference that does not matter: 0.5% of accuracy, or 2 in the metric's unit.",
        rich_help_panel=JUDGED,
    ),
]
Tested = Annotated[
    str | None,
    typer.Option(
        "--test",
        metavar="NAME",
        help="t, adjusted_t, guarded_t, sign_flip (permutation), signed_rank (Wilcoxon), bootstrap",
        rich_help_panel=JUDGED,
    ),
]
Alpha = Annotated[
    float,
    typer.Option(
        metavar="0.05",
        help="The chance of a false claim that is allowed; intervals hold 1 - alpha.",
        rich_help_panel=JUDGED,
    ),
]
Corrected = Annotated[
    str,
    typer.Option(
        "--correction",
        metavar="NAME",
        help="For many comparisons: holm, bh (Benjamini-Hochberg), bonferroni, none.",
        rich_help_panel=JUDGED,
    ),
]
Until = Annotated[
    str | None,
    typer.Option(
        metavar="0.5%",
        help="Add seeds until all is clear, or intervals are this narrow, +-: 0.5%, or 2.",
        rich_help_panel=MORE,
    ),
]
Most = Annotated[
    int,
    typer.Option(min=4, metavar="N", help="The most pairs, with --until.", rich_help_panel=MORE),
]
Race = Annotated[
    bool,
    typer.Option("--race", help="Drop arms that are beaten half way.", rich_help_panel=MORE),
]
Unfinished = Annotated[
    str | None,
    typer.Option(
        "--resume",
        metavar="DIR",
        help="Go on with an interrupted comparison.",
        rich_help_panel=MORE,
    ),
]


def run(
    terminal: Terminal,
    recipes: Recipes = None,
    vary: Varied = None,
    zipped: Zipped = False,
    baseline: Baseline = None,
    seeds: FreshSeeds = None,
    folds: Folds = None,
    tune: Tuned = None,
    trials: Trials = 8,
    finals: Finals = 0,
    judge: Judge = "steps",
    target: Target = None,
    metric: Metric = None,
    margin: Margin = None,
    test: Tested = None,
    alpha: Alpha = 0.05,
    correction: Corrected = "holm",
    until: Until = None,
    most: Most = 64,
    race: Race = False,
    unfinished: Unfinished = None,
) -> Answer:
    """Compare recipes, or values of one, fairly: tuned at equal cost, on fresh seeds, in pairs.

    Arms share initial weights, batches, augmentation and noise seed for seed, wherever their
    recipes allow it. Exit code 1 where nothing can be told apart.

    trainlab compare digits-mlp --vary optimizer.rule=sgd,adam --tune optimizer.lr --seeds 12
    """
    if unfinished is not None:
        return _again(terminal, unfinished, [*(recipes or []), *(vary or [])])
    design = Design(
        seeds=seeds or (SEEDS_OF_FOLDS if folds else SEEDS),
        tune=tuple(tune or ()),
        trials=trials,
        finals=finals,
        judged=judge,
        target=target,
        metric=metric,
        baseline=baseline,
        until=_width(until, "--until"),
        race=race,
        most=most,
        margin=_width(margin, "--margin"),
        test=test,
        alpha=alpha,
        family=correction,
        percent=_in_percent({"until": until, "margin": margin}),
    )
    names, changes = _told(recipes or [])
    changes += [f"data.split.folds={folds}"] * bool(folds)
    varied = [Vary.parse(text) for text in vary or []]
    arms = varied_arms(names, varied, changes, zipped=zipped)
    with _Watching(terminal) as watching:
        kept = compare(arms, design=design, runs=terminal.runs, watch=watching.see)
    return answer(kept, terminal)


def _in_percent(widths: Mapping[str, str | None]) -> tuple[str, ...]:
    """Name the widths that were said in percent."""
    return tuple(name for name, text in widths.items() if text is not None and text.endswith("%"))


def _again(terminal: Terminal, folder: str, more: Sequence[str]) -> Answer:
    """Go on with what was interrupted: a folder, or its name below the runs."""
    if more:
        raise InputError(
            "a comparison goes on with its own recipes: it takes no other, and no values",
            where=f"--resume {folder}, {' '.join(more)}",
            next_step=f"trainlab compare --resume {folder}",
        )
    path = Path(folder) if Path(folder).exists() else terminal.runs / folder
    with _Watching(terminal) as watching:
        kept = compare_again(path, watch=watching.see)
    return answer(kept, terminal)


def _told(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Tell recipes from values for all of them."""
    names = [word for word in words if "=" not in word or Path(word).exists()]
    if not names:
        raise InputError(
            "there is nothing to compare: name a recipe",
            next_step="trainlab compare digits-mlp --vary optimizer.rule=sgd,adam",
        )
    changes = [word for word in words if word not in names]
    if many := next((word for word in changes if word.startswith("seeds=")), None):
        raise InputError(
            "a comparison takes its seeds by an option, since they are counted in pairs",
            where=f"the override {many!r}",
            next_step=f"write --seeds {many.removeprefix('seeds=')}",
        )
    return names, changes


def _width(text: str | None, where: str) -> float | None:
    """Read `0.5%` as half a point of accuracy, and 0.5 as half of whatever is shown."""
    if text is None:
        return None
    try:
        width = float(text.removesuffix("%"))
    except ValueError:
        width = 0.0
    if not 0 < width < math.inf:
        raise InputError(
            f"{text!r} is no width",
            where=where,
            next_step=f"write it as {where} 0.5%, or of what is no share, in its unit: {where} 2",
        )
    return width


class _Watching(Bar):
    """Tells on stderr which stage has begun; on a screen, how far it is."""

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(
            terminal,
            TextColumn("  {task.description:<10}", style="dim"),
            BarColumn(40),
            TextColumn("{task.completed:.0f} of {task.total:.0f} trainings", style="dim"),
            TimeRemainingColumn(),
        )
        self.stage: tuple[str, int] | None = None
        self.task = TaskID(0)
        self.done, self.marks = 0.0, 0
        self.begun = 0.0, 0.0

    def see(self, progress: Progress) -> None:
        """Take in how far the comparison is."""
        if progress.told:
            self.terminal.say(progress.told)
            return
        stage = progress.stage, progress.whole
        if stage != self.stage or progress.done < self.done:
            if self.stage is not None:
                self.bar.remove_task(self.task)
            self._begin(progress)
            self.task = self.bar.add_task(
                progress.stage, total=progress.whole, completed=int(progress.done)
            )
            self.stage, self.marks = stage, _passed(progress)
            self.begun = perf_counter(), progress.done  # what was known before took no time
        self.done = progress.done
        self.bar.update(self.task, completed=progress.done)
        if not self.shown and _passed(progress) > self.marks:
            self.marks = _passed(progress)
            self._mark(progress.done, progress.whole)

    def _begin(self, progress: Progress) -> None:
        """Say that a stage begins, and how much of it is known; what is all known needs no line."""
        share = int(100 * progress.done / progress.whole + 1e-9)
        told = f", {share} % done before" if share else ""
        if share < 100:
            self.terminal.say(f"{progress.stage}: {progress.whole} trainings{told}")

    def _mark(self, done: float, whole: int) -> None:
        """Say how many trainings are done, and how long the rest takes at this pace."""
        since, before = self.begun
        taken = perf_counter() - since
        left = taken * (whole - done) / (done - before)
        told = f", about {_rounded(left)} left" if min(taken, left) >= LEAST else ""
        if done < whole and (told or self.marks > 1):  # the first mark is there for the time alone
            self.terminal.say(f"  {int(MARKS[self.marks - 1] * whole)} of {whole}{told}")


def _passed(progress: Progress) -> int:
    """Count the marks that lie behind."""
    return sum(mark * progress.whole <= progress.done + 1e-9 for mark in MARKS)


def _rounded(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 60 else duration(seconds)
