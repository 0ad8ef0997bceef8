"""The same training by trainlab: a built-in recipe, driven through the loop of the package."""

from __future__ import annotations

from torch import Tensor

from trainlab.engine.cadence import READINGS
from trainlab.engine.experiment import Experiment
from trainlab.engine.loop import train
from trainlab.engine.record import Reading
from trainlab.recipe.source import load

__all__ = ["Ours"]


class Ours:
    """A population on its way; `run()` takes `steps` updates of every member.

    The recipe is as it is built in, but for its length and its augmentation, which is left out.
    The length is chosen such that the loop gives a reading every `steps` updates: what is timed
    is the whole loop with its schedule, its watch over divergence and its records, up to a reading.
    """

    def __init__(
        self, recipe: str, *, members: int, steps: int, device: str, compiling: str = "auto"
    ) -> None:
        length = f"{steps * READINGS}steps"
        overrides = [
            f"seeds={members}",
            f"train.device={device}",
            "data.augment=[]",
            f"train.compile={compiling}",
            f"train.length={length}",
            f"train.evaluate_every={length}",
            f"train.checkpoint_every={length}",
        ]
        opened = load(recipe, overrides)
        self.training = Experiment(opened).training()
        self.batch = opened.train.batch_size
        self.threads = self.training.placement.threads
        self.events = train(self.training)

    def run(self) -> None:
        """Train up to the next reading."""
        while not isinstance(next(self.events), Reading):
            pass

    def examples(self) -> tuple[Tensor, Tensor]:
        """Give the training split as this population sees it, on its device: x [n, ...], y [n]."""
        task = self.training.task
        rows = task.train[0]
        return task.x[0][rows], task.y[0][rows]
