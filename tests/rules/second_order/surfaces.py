"""The standard test functions, as the landscape of rows that stand on different ones."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from trainlab.rules.second_order import Place, Product

Surface = Callable[[Tensor], Tensor]
ALL = torch.ones(1, 1, dtype=torch.bool)


def rosenbrock(x: Tensor) -> Tensor:
    return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()


def beale(x: Tensor) -> Tensor:
    a, b = x[0], x[1]
    terms = (1.5 - a + a * b) ** 2, (2.25 - a + a * b**2) ** 2, (2.625 - a + a * b**3) ** 2
    return terms[0] + terms[1] + terms[2]


def powell(x: Tensor) -> Tensor:
    a, b, c, d = x
    return (a + 10 * b) ** 2 + 5 * (c - d) ** 2 + (b - 2 * c) ** 4 + 10 * (a - d) ** 4


def himmelblau(x: Tensor) -> Tensor:
    return (x[0] ** 2 + x[1] - 11) ** 2 + (x[0] + x[1] ** 2 - 7) ** 2


def wood(x: Tensor) -> Tensor:
    a, b, c, d = x
    first = 100 * (b - a**2) ** 2 + (1 - a) ** 2 + 90 * (d - c**2) ** 2 + (1 - c) ** 2
    return first + 10.1 * ((b - 1) ** 2 + (d - 1) ** 2) + 19.8 * (b - 1) * (d - 1)


def booth(x: Tensor) -> Tensor:
    return (x[0] + 2 * x[1] - 7) ** 2 + (2 * x[0] + x[1] - 5) ** 2


def narrow(x: Tensor) -> Tensor:
    """Give a quadratic whose condition is 1000."""
    return (torch.logspace(0, 3, len(x), dtype=x.dtype) * x * x).sum() / 2


def valley(condition: float, seed: int, n: int = 20) -> tuple[Surface, list[float]]:
    """Give a quadratic of this condition along random axes, and a random place to start from."""
    draw = torch.Generator().manual_seed(seed)
    axes, _ = torch.linalg.qr(torch.randn(n, n, generator=draw, dtype=torch.float64))
    steep = torch.logspace(0, math.log10(condition), n, dtype=torch.float64)
    matrix = axes @ (steep.unsqueeze(1) * axes.T)
    begin = torch.randn(n, generator=draw, dtype=torch.float64)
    return lambda x: x @ (matrix @ x) / 2, begin.tolist()


SURFACES: dict[str, tuple[Surface, list[float]]] = {
    "rosenbrock 2": (rosenbrock, [-1.2, 1.0]),
    "rosenbrock 10": (rosenbrock, [-1.2, 1.0] * 5),
    "beale": (beale, [1.0, 1.0]),
    "powell": (powell, [3.0, -1.0, 0.0, 1.0]),
    "himmelblau": (himmelblau, [0.0, 0.0]),
    "wood": (wood, [-3.0, -1.0, -3.0, -1.0]),
    "booth": (booth, [0.0, 0.0]),
    "narrow": (narrow, [1.0] * 20),
}
"""Every function, whose smallest value is 0, and where one starts."""


@dataclass
class Terrain:
    """A landscape whose rows stand on these surfaces; what nobody asked for is told as NaN."""

    surfaces: Sequence[Surface]
    seen: list[Tensor] = field(default_factory=list)
    """The losses of every evaluation, NaN for those that were not asked for."""

    def at(self, theta: Tensor, asked: Tensor) -> Place:
        theta = theta.detach().requires_grad_()
        losses = self._losses(theta)
        (g,) = torch.autograd.grad(losses.sum(), theta)
        f = torch.where(asked, losses.detach().unsqueeze(1), torch.nan)
        self.seen.append(f)
        return Place(theta.detach(), f, torch.where(asked, g, torch.nan))

    def curvature(self, theta: Tensor) -> Product:
        theta = theta.detach().requires_grad_()
        (g,) = torch.autograd.grad(self._losses(theta).sum(), theta, create_graph=True)
        return lambda v: torch.autograd.grad(g, theta, v, retain_graph=True)[0]

    def _losses(self, theta: Tensor) -> Tensor:
        return torch.stack([f(row) for f, row in zip(self.surfaces, theta, strict=True)])


def start(*rows: Sequence[float]) -> Tensor:
    return torch.tensor(rows, dtype=torch.float64)
