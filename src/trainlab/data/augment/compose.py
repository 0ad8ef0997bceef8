"""Several augmentations, one after another, each with its own stream."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from trainlab import seeds
from trainlab.data.augment.moves import Move, moved
from trainlab.data.augment.table import AUGMENT
from trainlab.data.preprocess import Step
from trainlab.data.task import LayoutName
from trainlab.errors import DataError

__all__ = ["Augmentation"]


class Augmentation:
    """Augments batches: `augmentation(x [P, B, ...], keys [P, B])`, other keys at each step.

    An option that is a tuple of numbers has one for each member.
    """

    def __init__(self, steps: Sequence[str | Step | Mapping[str, Any]], layout: LayoutName):
        self.steps = tuple(_plain(Step.of(step)) for step in steps)
        self.layout: LayoutName = layout
        for step in self.steps:
            _check(step, layout)

    def __call__(self, x: Tensor, keys: Tensor) -> Tensor:
        """Augment a batch, which is left as it is; without steps it is returned."""
        moves: list[Move] = []
        copied = False
        for step, key in zip(self.steps, seeds.each(keys, len(self.steps)).unbind(-1), strict=True):
            row = AUGMENT[step.name]
            options = {name: _column(value, x) for name, value in step.options.items()}
            if row.moves:
                moves.append(row.apply(x, key, **options))
                continue
            if moves or not copied:
                x, moves, copied = moved(x, moves), [], True
            x = row.apply(x, key, **options)
        return moved(x, moves) if moves else x

    def batch(self, x: Tensor, seed: int, step: int) -> Tensor:
        """Augment a batch [B, ...] in a loop of one's own, as a training would at this step."""
        key = seeds.fold_in(seeds.keys([seed], "augment", x.device), step)
        return self(x.unsqueeze(0), seeds.each(key, len(x)))[0]

    def keep(self, rows: Sequence[int]) -> Augmentation:
        """Give what augments for the members in these rows."""
        return Augmentation([_kept(step, rows) for step in self.steps], self.layout)


def _plain(step: Step) -> Step:
    """Say once what all members share: it is then computed once."""
    return Step(step.name, {name: _shared(value) for name, value in step.options.items()})


def _shared(value: Any) -> Any:
    return value[0] if isinstance(value, tuple) and len(set(value)) == 1 else value


def _kept(step: Step, rows: Sequence[int]) -> Step:
    options = {
        name: tuple(value[row] for row in rows) if isinstance(value, tuple) else value
        for name, value in step.options.items()
    }
    return Step(step.name, options)


def _column(value: Any, x: Tensor) -> Any:
    return torch.tensor(value, dtype=x.dtype) if isinstance(value, tuple) else value


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
