"""Predictions with the random layers on: each draw is a whole prediction, by masks of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from trainlab import seeds
from trainlab.engine.forward import Rows
from trainlab.engine.population import Population
from trainlab.losses import LOSSES
from trainlab.nn.sampling import sampling

__all__ = ["Sampled", "draws"]

APART = 1 << 62
"""What the members' keys are folded with: no step of a training gets there."""


@dataclass(frozen=True)
class Sampled:
    """One draw of every member's masks; predicts as a `Forward` does."""

    rows: Rows
    keys: Tensor
    """What each member's random layers draw from, int64 [P]."""

    def outputs(self, x: Tensor, *, shared: bool = False) -> Tensor:
        """Predict: x [P, B, ...], or [B, ...] if shared -> [P, B, ...].

        Raises NetworkError for a network without random layers.
        """
        population = self.rows.population
        population.set_keys(seeds.each(self.keys, population.draws))
        found = []
        for row, module in enumerate(self.rows.modules):
            with torch.no_grad(), sampling(module):
                found.append(module(x if shared else x[row]))
        return torch.stack(found)


def draws(population: Population, members: Sequence[int], count: int) -> Iterator[Sampled]:
    """Give `count` draws, a function of the members' seeds."""
    rows = Rows(population, LOSSES["mse"])  # predicting takes no loss
    own = seeds.keys(members, "noise", population.theta.device)
    for draw in range(count):
        yield Sampled(rows, seeds.fold_in(seeds.fold_in(own, APART), draw))
