"""Newton-CG: the Newton step, solved for by products with the Hessian."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from trainlab.averages import Value, row_norm
from trainlab.rules.algebra import Hyper, hyper_of
from trainlab.rules.second_order.conjugate_gradients import conjugate_gradients
from trainlab.rules.second_order.descent import descend
from trainlab.rules.second_order.landscape import Landscape, Place, Searched
from trainlab.tables import Card

__all__ = ["NewtonCG"]


@dataclass(frozen=True, kw_only=True, eq=False)
class NewtonCG:
    """Nocedal & Wright 2006, algorithm 7.1, on H + damping I, with a strong Wolfe line search."""

    python: ClassVar[str] = "trainlab.optim.NewtonCG(parameters)"
    """What stands for it outside of a recipe."""

    hyper: Mapping[str, float]
    card: Card

    def init(self, theta: Tensor, h: Mapping[str, Value]) -> dict[str, Tensor]:
        """Give nothing: all is learned afresh."""
        return {}

    def search(
        self,
        start: Place,
        landscape: Landscape,
        slots: Mapping[str, Tensor],
        h: Mapping[str, Value],
        moving: Tensor,
    ) -> Searched:
        """Take one Newton step on one landscape."""
        named = hyper_of(self.hyper, h, start.g)
        d, products = _newton(start, landscape, named, moving)
        t = torch.zeros_like(start.f) + named.lr
        there, asked = descend(start, (d, t), landscape, named, moving)
        return Searched(there.theta, dict(slots), products + asked)


def _newton(start: Place, landscape: Landscape, h: Hyper, moving: Tensor) -> tuple[Tensor, Tensor]:
    product = landscape.curvature(start.theta)

    def damped(v: Tensor) -> Tensor:
        return product(v) + h.damping * v

    size = row_norm(start.g)
    enough = torch.clamp(torch.sqrt(size), max=h.forcing) * size
    return conjugate_gradients(start.g, damped, enough, h.products, moving)
