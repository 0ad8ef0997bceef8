"""Truncated conjugate gradients: solve H z = -g for each member, as well and as far as it pays."""

from __future__ import annotations

import torch
from torch import Tensor

from trainlab.averages import Value, row_dot, row_norm
from trainlab.rules.second_order.landscape import Product

__all__ = ["conjugate_gradients"]


def conjugate_gradients(
    g: Tensor, product: Product, enough: Tensor, most: Value, solving: Tensor
) -> tuple[Tensor, Tensor]:
    """Give z [P, N] with |H z + g| < enough [P, 1], and the products each member asked for [P, 1].

    Nocedal & Wright 2006, the inner loop of algorithm 7.1. A direction of no or negative curvature
    ends it: with what was gathered so far, or with -g where that is nothing. So does the `most`-th
    product. z goes down either way.
    """
    z, r, d = torch.zeros_like(g), g, -g
    square, asked, k = row_dot(r, r), torch.zeros_like(solving, dtype=torch.int64), 0
    while bool((solving := solving & (most > k)).any()):
        bent = product(d)
        asked, bend = asked + solving, row_dot(d, bent)
        up = bend > 0  # not so, too, where it is not finite
        alpha = torch.where(up, square / bend, 1.0 if k == 0 else 0.0)
        z = torch.where(solving, z + alpha * d, z)
        r = r + alpha * bent
        before, square = square, row_dot(r, r)
        solving, k = solving & up & (row_norm(r) >= enough), k + 1
        d = torch.where(solving, (square / before) * d - r, 0.0)
    return z, asked
