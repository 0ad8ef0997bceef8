"""Where a recipe's training begins: its network, its first batch, its loss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from torch import Tensor

from trainlab.engine.build import Build
from trainlab.engine.experiment import Experiment
from trainlab.losses import MeanLoss
from trainlab.recipe.source import load

__all__ = ["Beginning", "beginning"]


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """The first member of a recipe before its first step."""

    name: str
    seed: int
    build: Build
    x: Tensor
    """[B, ...], as the network sees it."""
    y: Tensor
    loss: MeanLoss
    """The loss with the smoothing of labels that it is trained on."""
    classes: tuple[str, ...]


def beginning(recipe: str, overrides: Sequence[str] | None, precision: str) -> Beginning:
    """Open a recipe at its first step, on the CPU: "fp32" or "fp64".

    Raises InputError for a recipe, data or a network that cannot be trained.
    """
    fixed = ["train.device=cpu", "train.batching=rows", "train.compile=auto", "seeds=1"]
    opened = load(recipe, [*(overrides or []), f"train.precision={precision}", *fixed])
    experiment = Experiment(opened)
    task, _ = experiment.prepared
    training = experiment.training()
    smoothing = training.dials.at(0)["label_smoothing"]
    x, y = training.feed.at(0)
    training.feed.close()
    return Beginning(
        name=Path(recipe).stem,
        seed=opened.seed,
        build=lambda _: experiment.network(),
        x=x[0],
        y=y[0],
        loss=partial(training.objective.mean, label_smoothing=smoothing),
        classes=task.classes,
    )
