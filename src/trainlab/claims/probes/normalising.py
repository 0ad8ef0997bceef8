"""What a batch norm does to a batch, as it begins and when its own parameters undo it."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from trainlab import seeds
from trainlab.claims.claim import Ask, Found
from trainlab.claims.probes.populations import begun

__all__ = ["BatchNormUndone"]


@dataclass(frozen=True, kw_only=True)
class BatchNormUndone:
    """Measures the largest change of a feature by a batch norm, in deviations of the batch.

    As it begins, `gamma = 1, beta = 0`, and undone by its own parameters, `gamma = sigma, beta =
    mu`.
    """

    examples: int

    def __call__(self, ask: Ask) -> Found:
        """Normalise a batch of each seed, and compare what comes out with what went in."""
        x, _ = begun(ask).task.part("train")
        keys = seeds.keys(range(ask.recipe.seed, ask.recipe.seed + ask.pairs), "order")
        picked = [seeds.permutation(key, x.shape[1])[: self.examples] for key in keys]
        changes = torch.tensor([_changes(x[0, rows].flatten(1).double()) for rows in picked])
        began, undone = changes.numpy().T
        return Found(values={"gamma = sigma, beta = mu": undone, "gamma = 1, beta = 0": began})


def _changes(batch: Tensor) -> tuple[float, float]:
    """Give the change as the layer begins, and with sigma and mu of the batch as gamma and beta."""
    norm = nn.BatchNorm1d(batch.shape[1], dtype=batch.dtype)
    began = _change(norm, batch)
    with torch.no_grad():
        norm.weight.copy_((batch.var(dim=0, correction=0) + norm.eps).sqrt())
        norm.bias.copy_(batch.mean(dim=0))
    return began, _change(norm, batch)


def _change(norm: nn.BatchNorm1d, batch: Tensor) -> float:
    return float((norm(batch).detach() - batch).abs().max() / batch.std())
