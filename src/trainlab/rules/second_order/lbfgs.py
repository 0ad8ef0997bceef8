"""L-BFGS: a quasi-Newton step along what the last few steps tell of the curvature."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from trainlab.averages import Value
from trainlab.rules.algebra import hyper_of
from trainlab.rules.second_order.descent import descend
from trainlab.rules.second_order.landscape import Landscape, Place, Searched
from trainlab.rules.second_order.pairs import new_pairs, recalled, remembered, two_loops
from trainlab.tables import Card

__all__ = ["LBFGS"]


@dataclass(frozen=True, kw_only=True, eq=False)
class LBFGS:
    """Nocedal & Wright 2006, algorithm 7.5, with the line search of algorithms 3.5 and 3.6.

    Both gradients of a pair are of one landscape, so that a step on a mini-batch is told by the
    batch's own curvature (Berahas, Nocedal & Takac 2016), not by the difference between batches.
    """

    python: ClassVar[str] = "trainlab.optim.LBFGS(parameters)"
    """What stands for it outside of a recipe."""

    hyper: Mapping[str, float]
    card: Card

    def init(self, theta: Tensor, h: Mapping[str, Value]) -> dict[str, Tensor]:
        """Give an empty memory, as long as the longest that any member wants."""
        longest = torch.as_tensor({**self.hyper, **h}["history"]).max()
        return new_pairs(theta, max(1, int(longest)))

    def search(
        self,
        start: Place,
        landscape: Landscape,
        slots: Mapping[str, Tensor],
        h: Mapping[str, Value],
        moving: Tensor,
    ) -> Searched:
        """Iterate on one landscape until each member is done."""
        named, pairs = hyper_of(self.hyper, h, start.g), dict(slots)
        evaluations = torch.zeros_like(moving, dtype=torch.int64)
        here, k = start, 0
        while bool((moving := moving & (named.iterations > k)).any()):
            d = -two_loops(here.g, *recalled(pairs))
            t = named.lr * _first_length(here.g, pairs).to(here.f)
            there, asked = descend(here, (d, t), landscape, named, moving)
            s, y = there.theta - here.theta, there.g - here.g
            moving = moving & (s.abs().amax(dim=1, keepdim=True) > named.tolerance)
            pairs = remembered(pairs, s, y, named.history, moving)
            evaluations, here, k = evaluations + asked, there, k + 1
        return Searched(here.theta, pairs, evaluations)


def _first_length(g: Tensor, pairs: Mapping[str, Tensor]) -> Tensor:
    """Try 1 along d; without a memory, whose d has no length of its own, a step of at most 1."""
    without = (pairs["rho"] == 0).all(dim=1, keepdim=True)
    return torch.where(without, (1 / g.abs().sum(dim=1, keepdim=True)).clamp(max=1.0), 1.0)
