"""Several augmentations, one after another, each with its own stream."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from torch import Tensor

from trainlab import seeds
from trainlab.data.augment.table import AUGMENT
from trainlab.data.preprocess import Step
from trainlab.data.task import LayoutName
from trainlab.errors import DataError

__all__ = ["Augmentation"]


class Augmentation:
    """Augments batches: `augmentation(x [P, B, ...], keys [P])`, keys folded with the step."""

    def __init__(self, steps: Sequence[str | Step | Mapping[str, Any]], layout: LayoutName):
        self.steps = tuple(Step.of(step) for step in steps)
        for step in self.steps:
            _check(step, layout)

    def __call__(self, x: Tensor, keys: Tensor) -> Tensor:
        """Augment a batch; without steps it is returned as it is."""
        for place, step in enumerate(self.steps):
            x = AUGMENT[step.name].apply(x, seeds.fold_in(keys, place), **step.options)
        return x


def _check(step: Step, layout: LayoutName) -> None:
    row = AUGMENT[step.name]
    if layout not in row.layouts:
        fitting = [name for name, other in AUGMENT.items() if layout in other.layouts]
        raise DataError(
            f"{AUGMENT.name(step.name)} is for {' and '.join(row.layouts)} data, this is {layout}",
            where="data.augment",
            allowed=sorted(fitting),
            next_step="choose one of these, or leave data.augment empty",
        )
