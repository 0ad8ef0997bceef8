"""One step of a line-search method: along d, as far as the strong Wolfe conditions ask."""

from __future__ import annotations

import torch
from torch import Tensor

from trainlab.averages import row_dot
from trainlab.rules.algebra import Hyper
from trainlab.rules.second_order.landscape import Landscape, Place
from trainlab.rules.second_order.wolfe import Point, Wolfe, strong_wolfe

__all__ = ["CONDITIONS", "descend"]

CONDITIONS = {"armijo": 1e-4, "curvature": 0.9, "evaluations": 25.0, "tolerance": 1e-9}
"""What `descend` reads, with its defaults."""


def descend(
    here: Place, way: tuple[Tensor, Tensor], landscape: Landscape, h: Hyper, moving: Tensor
) -> tuple[Place, Tensor]:
    """Go along `way`, a direction d [P, N] and the length to try first [P, 1].

    Give the place reached, and how many evaluations each member asked for, int64 [P, 1]. Who does
    not move, or finds that d does not go down, stays.
    """
    d, t = way

    def along(t: Tensor, asked: Tensor) -> tuple[Point, Tensor]:
        place = landscape.at(_ahead(here.theta, t, d), asked)
        return Point(t, place.f, row_dot(place.g, d).to(place.f)), place.g

    start = Point(torch.zeros_like(here.f), here.f, row_dot(here.g, d).to(here.f))
    reach = d.abs().amax(dim=1, keepdim=True).to(here.f)
    wolfe = Wolfe(
        armijo=h.armijo,
        curvature=h.curvature,
        narrow=h.tolerance / reach,
        evaluations=h.evaluations - 1,
    )
    found = strong_wolfe(along, (start, here.g), t, wolfe, moving & (start.slope < 0))
    reached = Place(_ahead(here.theta, found.point.t, d), found.point.f, found.g)
    return reached, found.evaluations


def _ahead(theta: Tensor, t: Tensor, d: Tensor) -> Tensor:
    """Go t along d; at 0 stay, whatever d is."""
    return torch.where(t != 0, theta + t.to(d) * d, theta)
