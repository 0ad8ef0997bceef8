"""Several augmentations, one after another, each with its own stream.

A batch of large examples is worked through piece by piece, each by one worker with one thread of
torch's: what lies between two augmentations is then small enough to be used again.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from trainlab import seeds
from trainlab.crew import Crew
from trainlab.data.augment.pieces import Piece, pieces
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

    def __call__(self, x: Tensor, keys: Tensor, out: Tensor | None = None) -> Tensor:
        """Augment a batch; without steps it is returned as it is.

        The result may lie in `out`, which may be x itself where nobody else needs it.
        """
        if not self.steps:
            return x
        cut = self._cut(x)
        own = seeds.each(keys, len(self.steps)).unbind(-1)
        if len(cut) == 1:
            return self._augmented(x, own, cut[0])
        out = torch.empty(x.shape, dtype=x.dtype, device=x.device) if out is None else out

        def work(number: int) -> None:
            out[cut[number]] = self._augmented(x, own, cut[number])

        Crew(torch.get_num_threads()).each(work, len(cut))
        return out

    def _cut(self, x: Tensor) -> list[Piece]:
        if x.device.type != "cpu" or any(AUGMENT[step.name].across for step in self.steps):
            return [(slice(None), slice(None))]
        members, examples, *shape = x.shape
        return pieces(members, examples, math.prod(shape), torch.get_num_threads())

    def _augmented(self, x: Tensor, keys: Sequence[Tensor], piece: Piece) -> Tensor:
        x, members = x[piece], piece[0]
        for step, key in zip(self.steps, keys, strict=True):
            own = {name: _column(value, members, x) for name, value in step.options.items()}
            x = AUGMENT[step.name].apply(x, key[piece], **own)
        return x

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


def _column(value: Any, members: slice, x: Tensor) -> Any:
    return torch.tensor(value[members], dtype=x.dtype) if isinstance(value, tuple) else value


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
