"""Losses of two weights, whose shape is known: [P, 2] -> [P], a row a member."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

from trainlab.averages import Value

__all__ = ["DEPTH", "Surface", "rosenbrock", "saddle", "valley"]

Surface = Callable[[Tensor], Tensor]
"""Pure and differentiable: theta [P, 2] -> loss [P]; no row's loss hangs on another row."""

GENTLE = 0.01
DEPTH = GENTLE / 4
"""How far the minima of `saddle` lie below its saddle point."""


def saddle(theta: Tensor) -> Tensor:
    """Fall to a saddle at 0 along x, of curvature 1; from there gently to minima at y = -1 and 1.

    x^2 / 2 - g y^2 / 2 + g y^4 / 4,   g = 0.01
    """
    x, y = theta.unbind(dim=1)
    return x.square() / 2 + GENTLE * (y.square().square() / 4 - y.square() / 2)


def valley(steepness: Value) -> Surface:
    """Make a straight valley along x, with walls along y: (x^2 + steepness y^2) / 2.

    The steepness is its condition number: a number, or one a member, [P].
    """

    def loss(theta: Tensor) -> Tensor:
        x, y = theta.unbind(dim=1)
        return (x.square() + steepness * y.square()) / 2

    return loss


def rosenbrock(theta: Tensor) -> Tensor:
    """Follow a bent narrow valley to the minimum 0 at (1, 1): (1 - x)^2 + 100 (y - x^2)^2.

    Rosenbrock 1960.
    """
    x, y = theta.unbind(dim=1)
    return (1 - x).square() + 100 * (y - x.square()).square()
