"""Muon: a matrix goes along the orthogonal factor of its momentum, all else as another rule says.

P members; a matrix is [P, out, in], a filter [P, out, in * height * width].
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import sqrt

import torch
from torch import Tensor

from trainlab.averages import Value, ema
from trainlab.layout import Layout
from trainlab.rules.algebra import Rule, hyper_of
from trainlab.tables import Card

__all__ = ["JORDAN", "Muon", "as_adam", "orthogonal"]

JORDAN = (3.4445, -4.7750, 2.0315)
"""Coefficients that raise small singular values fastest: they end between about 0.7 and 1.2."""


def as_adam(rows: int, columns: int) -> float:
    """Give the factor with which a step has the size of Adam's, so that one lr serves both."""
    return 0.2 * sqrt(max(rows, columns))


@dataclass(frozen=True, kw_only=True, eq=False)
class Muon:
    """The matrix rule. `on(layout)` tells it where the matrices lie: before, it sees none."""

    rest: Rule
    """Steps what is no matrix: biases, and the gains of norms."""
    hyper: Mapping[str, float]
    card: Card
    layout: Layout | None = None
    scale: Callable[[int, int], float] = as_adam
    """A factor of the rate, from the rows and the columns of a matrix."""
    lookahead: bool = True
    """Nesterov's momentum rather than heavy ball's, both as averages."""
    coefficients: tuple[float, float, float] = JORDAN
    iterations: int = 5
    smallest: float = 1e-7
    """A norm below it counts as this."""
    elementwise: bool = False

    def on(self, layout: Layout) -> Muon:
        """Give the same rule for rows of this layout: all that decays there is a matrix."""
        return replace(self, layout=layout)

    def init(self, theta: Tensor) -> dict[str, Tensor]:
        """Give the other rule's slots and a ball at rest."""
        return self.rest.init(theta) | {"ball": torch.zeros_like(theta)}

    def step(
        self, g: Tensor, slots: Mapping[str, Tensor], h: Mapping[str, Value]
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """Give lr * scale * orthogonal(momentum) of matrices, the other rule's step elsewhere."""
        named = hyper_of(self.hyper, h, g)
        amount, after = self.rest.step(g, slots, h)
        ball = after["ball"] = ema(slots["ball"], g, named.momentum)
        if self.layout is None:
            return amount, after
        way = ema(ball, g, named.momentum) if self.lookahead else ball
        turned = [
            self._turned(part, shape) if matrix else torch.zeros_like(part)
            for part, shape, matrix in self._parts(way)
        ]
        moved = self._parts(named.lr * torch.cat(turned, dim=1))
        both = zip(moved, self._parts(amount), strict=True)
        chosen = [ours if matrix else other for (ours, _, matrix), (other, _, _) in both]
        return torch.cat(chosen, dim=1), after

    def _parts(self, row: Tensor) -> list[tuple[Tensor, torch.Size, bool]]:
        """Cut a row into its weights [P, n], each with its shape and whether it is a matrix."""
        layout = self.layout or Layout((), (), ())
        parts = torch.split(row, list(layout.sizes), dim=1)
        return list(zip(parts, layout.shapes, layout.decayed, strict=True))

    def _turned(self, part: Tensor, shape: torch.Size) -> Tensor:
        matrix = part.reshape(part.shape[0], shape[0], -1)
        turned = orthogonal(matrix, self.coefficients, self.iterations, self.smallest)
        return self.scale(matrix.shape[1], matrix.shape[2]) * turned.reshape(part.shape)


def orthogonal(
    matrix: Tensor,
    coefficients: tuple[float, float, float] = JORDAN,
    iterations: int = 5,
    smallest: float = 1e-7,
) -> Tensor:
    """Raise all singular values to about 1: U S V^T -> U V^T, [..., out, in].

    Newton-Schulz of fifth order, x <- a x + (b x x^T + c (x x^T)^2) x, from x = matrix / |matrix|.
    Jordan et al. 2024, https://kellerjordan.github.io/posts/muon.
    """
    a, b, c = coefficients
    tall = matrix.shape[-2] > matrix.shape[-1]
    x: Tensor = matrix.mT if tall else matrix
    x = x / torch.linalg.matrix_norm(x, keepdim=True).clamp(min=smallest)
    for _ in range(iterations):
        gram: Tensor = x @ x.mT
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.mT if tall else x
