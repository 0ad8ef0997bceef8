"""The ends of a spectrum: how steeply a loss bends along its sharpest ways, up and down.

    K        = span {v, H v, H^2 v, ...}                             Lanczos 1950
    (u, c)   where c u - H u is orthogonal to K, u in K, |u| = 1     Rayleigh & Ritz
    r        = |H u - c u|: an eigenvalue lies within r of c         Parlett 1998, section 4.5

Every product is kept, so that r is measured and not foretold. It says that an eigenvalue is near c,
and not that none lies beyond: that is likely only, since the first v is drawn at random and since
the values must have stopped moving while K grew by half.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from trainlab import seeds
from trainlab.averages import wide
from trainlab.errors import InputError
from trainlab.lens.curvature import looks
from trainlab.rules.second_order import Product

__all__ = ["Ends", "Pair", "eigenvalues"]

STARTS = (1 << 61) + 2
"""What the seed's key is folded with: no step of a training gets there."""
ROUNDING = 1e-10
"""What is new in a product and this much shorter than all products adds nothing."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Pair:
    """An eigenvalue and its vector, as far as they are known."""

    value: float
    residual: float
    """|H u - value u|: an eigenvalue lies no farther from the value."""
    vector: Tensor
    """u, [N], of length 1; its sign is arbitrary."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Ends:
    """Both ends of a spectrum, the outermost first."""

    highest: tuple[Pair, ...]
    lowest: tuple[Pair, ...]
    products: int
    reached: bool
    """Whether every residual is within the tolerance; if not, the products ran out."""


def eigenvalues(
    product: Product,
    theta: Tensor,
    count: int = 1,
    *,
    tolerance: float = 1e-3,
    most: int = 100,
    seed: int = 0,
) -> Ends:
    """Find the `count` highest and lowest eigenvalues of a symmetric map of rows [P, N].

    theta [N] says N, type and device. It ends when every residual, and what every value has moved
    by since there were a third fewer products, is at most `tolerance` times the largest |value|; or
    after `most` products, which are kept: 2 x most x N numbers.
    """
    most = min(most, len(theta))
    if not 1 <= count <= most or not tolerance > 0:
        raise InputError(
            f"{count} eigenvalues of each end to {tolerance:g} from {most} products",
            allowed=["a count from 1 to the products and the weights", "a tolerance above 0"],
            next_step="ask for fewer eigenvalues or allow more products",
        )
    space = _Space(product, theta, seeds.fold_in(seeds.keys([seed], "noise")[0], STARTS))
    before = [math.inf] * (2 * count)
    for size in looks(min(2 * count + 4, most), most):
        space.grow(size)
        highest, lowest = space.ends(count)
        values = [pair.value for pair in highest + lowest]
        enough = tolerance * max(map(abs, values))
        moved = max(abs(now - then) for now, then in zip(values, before, strict=True))
        settled = moved <= enough or size == len(theta)
        reached = settled and all(pair.residual <= enough for pair in highest + lowest)
        if reached:
            break
        before = values
    return Ends(highest=highest, lowest=lowest, products=size, reached=reached)


class _Space:
    """An orthonormal basis of K and what the map makes of it, both [k, N]."""

    def __init__(self, product: Product, theta: Tensor, key: Tensor) -> None:
        self.product, self.like, self.key = product, theta, key.to(theta.device)
        self.basis = self.images = wide(theta.new_zeros(0, len(theta)))

    def grow(self, size: int) -> None:
        """Add images to the basis up to a size."""
        while len(self.basis) < size:
            added = self._next()
            image = wide(self.product(added.to(self.like.dtype)))
            self.basis = torch.cat([self.basis, added])
            self.images = torch.cat([self.images, image])

    def ends(self, count: int) -> tuple[tuple[Pair, ...], tuple[Pair, ...]]:
        """Give the highest and the lowest pairs."""
        small = self.basis @ self.images.T
        values, inner = torch.linalg.eigh((small + small.T) / 2)
        highest = tuple(self._pair(values[-k], inner[:, -k]) for k in range(1, count + 1))
        lowest = tuple(self._pair(values[k], inner[:, k]) for k in range(count))
        return highest, lowest

    def _next(self) -> Tensor:
        """Give what is new in the last image, [1, N] of length 1; a fresh direction if nothing."""
        added = self._rest(self.images[-1:])
        if not added.norm() > ROUNDING * self.images.norm():
            drawn = seeds.fold_in(self.key, len(self.basis)).unsqueeze(0)
            added = self._rest(wide(seeds.signs(drawn, self.like.shape)))
        unit: Tensor = added / added.norm()
        return unit

    def _pair(self, value: Tensor, inner: Tensor) -> Pair:
        u = inner @ self.basis
        residual = (inner @ self.images - value * u).norm()
        return Pair(value=value.item(), residual=residual.item(), vector=u.to(self.like.dtype))

    def _rest(self, v: Tensor) -> Tensor:
        """Take off what lies in the basis; twice is enough (Parlett 1998, section 6.9)."""
        for _ in range(2):
            v = v - (v @ self.basis.T) @ self.basis
        return v
