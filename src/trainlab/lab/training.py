"""Train a recipe and keep all of it; go on with what was interrupted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from shlex import quote
from typing import Any

from trainlab.engine.experiment import Experiment
from trainlab.engine.loop import train as loop
from trainlab.engine.networks import Model
from trainlab.engine.record import Event
from trainlab.engine.training import Training
from trainlab.errors import Interrupted, RunError
from trainlab.lab.interrupt import Stop, deferred
from trainlab.lab.own_code import check_code
from trainlab.lab.own_data import check_same, check_there
from trainlab.lab.scoring import score_test
from trainlab.lab.seeing import seen_by
from trainlab.recipe import Recipe, leaves
from trainlab.recipe.code import own_code
from trainlab.recipe.files import anchored
from trainlab.recipe.source import load
from trainlab.recipe.text import read as read_recipe
from trainlab.recipe.text import write as write_recipe
from trainlab.store import Member, Run, RunFolder, create, open_run, reopen

__all__ = ["Watch", "open_recipe", "resume", "train"]

Watch = Callable[[Event], None]
"""Sees every event after it was kept."""


def train(
    recipe: Recipe | str | Path | Mapping[str, Any],
    *,
    overrides: Sequence[str] = (),
    model: Model | None = None,
    data: Any = None,
    runs: str | Path = "runs",
    watch: Watch | None = None,
    stop: Stop | None = None,
) -> Run:
    """Train every member of a recipe and keep the run in a new folder below `runs`.

    `recipe` is a Recipe, the name of a built-in one, a file, or a dict, changed by the `overrides`,
    each `key=value`. `model` is the user's module or what builds it; `data` tensors, arrays, a
    DataFrame, a Dataset, a DataLoader. `stop` is asked after each step; without it Ctrl-C and
    SIGTERM stop between two.

    Raises InputError for a recipe, data or model at fault; Interrupted once the state is saved.
    """
    opened, name = open_recipe(recipe, overrides)
    if model is not None and not isinstance(recipe, (str, Path)):
        name = getattr(model, "__name__", type(model).__name__).strip("<>")  # not what it replaces
    experiment = Experiment(opened, model, data)
    training = experiment.training()
    text = write_recipe(opened)
    with create(Path(runs), name=name, recipe=text, members=_members(experiment)) as folder:
        tensors, facts = experiment.prepared[1].save()
        told = {"digest": experiment.raw.digest, "code": own_code(opened)}
        folder.fitted(tensors, {**facts, **told})
        if (seen := seen_by(training.feed)) is not None:
            folder.seen(seen)
        return _run(experiment, training, folder, watch, stop)


def resume(
    path: str | Path,
    *,
    model: Model | None = None,
    data: Any = None,
    runs: str | Path = "runs",
    watch: Watch | None = None,
    stop: Stop | None = None,
) -> Run:
    """Go on with an interrupted run, to the same bits as if it had never stopped (CPU, eager).

    `model` and `data` are given again where they were given to `train`.

    Raises RunError for a run that is finished, damaged or of a newer version, and for other data
    or other code of the modules that its recipe names.
    """
    run = open_run(path, Path(runs))
    if run.status == "finished":
        raise RunError(
            "this run is finished: there is nothing to resume",
            where=str(run.path),
            next_step=f"trainlab show {run.id}, or train a longer one: train.length=60ep",
        )
    recipe = read_recipe(run.recipe_text, str(run.path / "recipe.yaml"))
    if data is None:
        check_there(recipe, run.path / "recipe.yaml")
    experiment = Experiment(recipe, model, data)
    if (run.path / "data.json").exists():  # else it was killed before it kept anything
        check_same(experiment.raw, run)
        check_code(run.fitted()[1].get("code"), [recipe], str(run.path))
    with reopen(run.path) as folder:
        return _run(experiment, _resumed(experiment, folder), folder, watch, stop)


def _resumed(experiment: Experiment, folder: RunFolder) -> Training:
    """Bring the training to the newest whole checkpoint, or to its start where there is none."""
    checkpoint = folder.resume()
    if checkpoint is None:
        return experiment.training()
    training = experiment.resumed(checkpoint.tensors, checkpoint.facts)
    training.notes = tuple(
        f"a newer checkpoint is damaged and was passed over: {damaged}"
        for damaged in checkpoint.passed_over
    )
    return training


def _run(
    experiment: Experiment,
    training: Training,
    folder: RunFolder,
    watch: Watch | None,
    stop: Stop | None,
) -> Run:
    """Let a training run to its end, or to the step after which it is asked to stop."""
    with deferred() as asked:
        training.stop = stop or asked
        for event in loop(training):
            folder.event(event)
            if watch is not None:
                watch(event)
    if training.stopped:
        raise Interrupted(
            f"stopped after step {training.t} of {training.cadence.steps}, with the state saved\n"
            f"  next     trainlab train --resume {quote(str(folder.path))}"
        )
    if training.task.test.shape[1]:
        scores, predictions = score_test(training, experiment.raw)
        folder.event(scores)
        folder.predictions(predictions)
    return folder.finish()


def open_recipe(
    recipe: Recipe | str | Path | Mapping[str, Any], overrides: Sequence[str]
) -> tuple[Recipe, str]:
    """Give a recipe, with its files by whole paths, and the name that its run will have."""
    if isinstance(recipe, (str, Path)):
        return anchored(load(recipe, overrides)), Path(recipe).stem
    given = recipe if isinstance(recipe, Recipe) else Recipe(**recipe)
    opened = anchored(given.with_overrides(overrides))
    parts = (opened.data.source, opened.network)
    return opened, "-".join(part.name for part in parts if part is not None) or "own"


def _members(experiment: Experiment) -> list[Member]:
    """Give each member its number, and what sets it apart besides its seed."""
    return [
        Member(
            member=place,
            seed=member.seed,
            place=place,
            differs=_differs(member, experiment.recipe),
        )
        for place, member in enumerate(experiment.program.members)
    ]


def _differs(member: Recipe, recipe: Recipe) -> Mapping[str, Any]:
    """Give what sets a member apart from the recipe besides its seed."""
    whole = {leaf.key: leaf.value for leaf in leaves(recipe)}
    apart = {leaf.key: leaf.value for leaf in leaves(member) if whole.get(leaf.key) != leaf.value}
    return {key: value for key, value in apart.items() if key not in ("seed", "seeds")}
