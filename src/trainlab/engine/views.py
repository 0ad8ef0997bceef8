"""Test-time augmentation: what a network says of several versions of an example, averaged.

Augmentation in training teaches that the label survives it; averaging over it when predicting takes
out what the network still owes to the version it happened to see.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from trainlab import seeds
from trainlab.data import Augmentation
from trainlab.data.task import Kind
from trainlab.engine.forward import Predictor
from trainlab.errors import RecipeError

__all__ = ["Views", "averaged"]

PIECE = 256
"""Examples augmented at a time: memory decides. What an example becomes depends on its own key,
but where values are taken from other examples, which are then those of its piece."""

APART = 1 << 62
"""What the members' keys are folded with: no step of a training gets there."""

TINY = torch.finfo(torch.float64).tiny


@dataclass(frozen=True)
class Views:
    """So many versions of each example, of which the first is the example itself."""

    count: int
    augmentation: Augmentation
    keys: Tensor
    """Each member's key of the stream "augment", int64 [P]."""

    def __post_init__(self) -> None:
        if self.count > 1 and not self.augmentation.steps:
            raise RecipeError(
                "there is nothing to average: this recipe has no augmentation",
                where="data.augment",
                next_step="predict each example once, or train with an augmentation",
            )

    def outputs(self, forward: Predictor, x: Tensor, kind: Kind, *, shared: bool) -> Tensor:
        """Predict x [P, n, ...], or [n, ...] if shared by all members -> [P, n, ...].

        Classes: the logarithm of the mean probability, which are logits again; numbers: the mean.
        """
        if self.count == 1:
            return forward.outputs(x, shared=shared).cpu()
        x = x.unsqueeze(0) if shared else x
        keys = seeds.each(seeds.fold_in(self.keys.to(x.device), APART), x.shape[1])
        pieces = zip(*(torch.split(each, PIECE, dim=1) for each in (x, keys)), strict=True)
        return torch.cat(
            [averaged(map(forward.outputs, self._seen(*piece)), kind) for piece in pieces], dim=1
        )

    def _seen(self, x: Tensor, keys: Tensor) -> Iterator[Tensor]:
        """Give the versions of a piece [P, b, ...] or [1, b, ...], each [P, b, ...]."""
        x = x.expand(len(keys), *x.shape[1:])
        yield x
        for version in range(1, self.count):
            yield self.augmentation(x, seeds.fold_in(keys, version))


def averaged(outputs: Iterable[Tensor], kind: Kind) -> Tensor:
    """Average predictions of the same examples [..., C]: probabilities, or numbers as they are.

    Of logits it gives the logarithm of the mean probability. The sum is taken in float64 on the
    CPU, and one prediction at a time is held.
    """
    count, total, dtype = 0, torch.zeros((), dtype=torch.float64), torch.float32
    for each in outputs:
        count, dtype, wide = count + 1, each.dtype, each.cpu().double()
        total = total + (wide.softmax(-1) if kind == "classification" else wide)
    mean = total / count
    return (mean.clamp_min(TINY).log() if kind == "classification" else mean).to(dtype)
