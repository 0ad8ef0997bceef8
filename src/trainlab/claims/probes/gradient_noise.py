"""The noise of a gradient: what drawing batches of some size does to its mean and variance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from trainlab import seeds
from trainlab.claims.claim import Ask, Curve, Found
from trainlab.claims.probes.populations import begun, gradient
from trainlab.engine.training import Training

__all__ = ["GradientNoise"]


@dataclass(frozen=True, kw_only=True)
class GradientNoise:
    """Measures what batches of several sizes, drawn with replacement, make of the gradient.

    The `slope` of its log variance over the log of the size, and `mean at B = size`: the share of
    the mean along the gradient of all examples, 1 if it is unbiased.
    """

    sizes: Sequence[int]
    draws: int
    """Batches of each size."""

    def __call__(self, ask: Ask) -> Found:
        """Draw batches of every size, and draw the variance over the sizes."""
        training = begun(ask.changed())
        whole = gradient(training, *training.task.part("train")).double()
        first = ask.recipe.seed
        keys = seeds.keys(range(first, first + ask.pairs), "order")
        values, spreads = {}, []
        for _, size in ask.over(self.sizes):
            mean, variance = self._moments(training, seeds.fold_in(keys, size), size)
            share = (mean * whole).sum(dim=1) / whole.square().sum(dim=1)
            values[f"mean at B = {size}"] = share.numpy()
            spreads.append(variance.numpy())
        slope = np.polyfit(np.log(self.sizes), np.log(spreads), 1)[0]
        drawn = Curve(np.asarray(self.sizes, float), np.stack(spreads, axis=1))
        return Found(values={"slope": slope, **values}, curves={"of the gradient": drawn})

    def _moments(self, training: Training, keys: Tensor, size: int) -> tuple[Tensor, Tensor]:
        """Give the mean of the gradients, [P, N], and their variance, summed over N: [P]."""
        n, p = training.task.train.shape[1], len(keys)
        folds = torch.zeros(p, dtype=torch.int64)
        total, squares = torch.zeros((), dtype=torch.float64), torch.zeros(p, dtype=torch.float64)
        for draw in range(self.draws):
            drawn = seeds.uniform(seeds.fold_in(keys, draw), (size,))
            rows = training.task.train[0][(drawn * n).long().clamp(max=n - 1)]
            g = gradient(training, *training.task.gather(rows, folds)).double()
            total, squares = total + g, squares + g.square().sum(dim=1)
        mean = total / self.draws
        return mean, (squares - self.draws * mean.square().sum(dim=1)) / (self.draws - 1)
