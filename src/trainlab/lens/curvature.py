"""How the loss bends: products with the Hessian on rows, and its trace with an error.

    H v         = d/dtheta (grad L(theta) . v)                       Pearlmutter 1994
    tr H        = E v' H v,         v of independent signs           Hutchinson 1990
    Var v' H v  = 2 sum_{i != j} H_ij^2                              Hutchinson 1990

A probe v is a row, and all rows are pulled back through one graph of the gradient. By autograd: the
second derivatives that torch.func gives of norms are wrong (pytorch #196699, #196700). In a ReLU
network H is that of the smooth piece which theta lies in.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel

from trainlab import seeds
from trainlab.averages import wide
from trainlab.engine.still import StillLoss, held
from trainlab.engine.twice import gradient_of, pulled
from trainlab.errors import InputError, NetworkError
from trainlab.rules.second_order import Product

__all__ = ["Trace", "Until", "hessian", "looks", "trace"]

PROBES, SKETCH = 1 << 61, (1 << 61) + 1
"""What the seed's key is folded with: no step of a training gets there."""


@dataclass(frozen=True, kw_only=True)
class Until:
    """When a trace is known well enough: standard error <= max(absolute, relative |estimate|).

    It is asked at the least number of probes, then at half as many again each time, up to the most:
    an error that is looked at seldom stays honest, and a run of equal values by luck stops nothing.
    """

    relative: float = 0.05
    absolute: float = 0.0
    least: int = 32
    most: int = 2048

    def __post_init__(self) -> None:
        if not (self.relative >= 0 and self.absolute >= 0 and 2 <= self.least <= self.most):
            raise InputError(
                f"no trace can be estimated until {self}",
                allowed=["tolerances of 0 or more", "2 <= least <= most"],
                next_step="ask for two probes at least: one has no spread",
            )

    def met(self, estimate: float, standard_error: float) -> bool:
        """Whether an estimate is good enough."""
        return standard_error <= max(self.absolute, self.relative * abs(estimate))


@dataclass(frozen=True, kw_only=True)
class Trace:
    """A trace as far as it is known."""

    estimate: float
    standard_error: float
    """Of the estimate: the probes' standard deviation / sqrt(probes)."""
    probes: int
    products: int
    """With the Hessian, of one vector each: the probes' and the sketch's."""
    reached: bool
    """Whether the tolerance was reached; if not, the probes ran out."""


def looks(least: int, most: int) -> Iterator[int]:
    """Give the counts at which an estimate is judged: the least, half as many again, ..., most."""
    count = least
    while count < most:
        yield count
        count += (count + 1) // 2
    yield most


def hessian(loss: StillLoss, theta: Tensor | None = None) -> Product:
    """Give the product with the Hessian of a loss at theta [N]: v [P, N] -> v H [P, N].

    theta is where the network stands, or any other place. All rows are multiplied in one program.

    Raises NetworkError for a network that can be differentiated only once, or is not finite there.
    """
    place = loss.theta if theta is None else theta

    def product(v: Tensor) -> Tensor:
        at = place.detach().clone().requires_grad_()
        bent = torch.zeros_like(v)
        with held(), sdpa_kernel(SDPBackend.MATH):  # fused attention is differentiable once
            for piece in loss.pieces:
                g = gradient_of(loss.of(at, piece), at, loss.module)
                parts = [_pulled(g, at, part, loss.module) for part in torch.split(v, loss.rows)]
                bent += piece.share * torch.cat(parts)
        if not bool(bent.isfinite().all()):
            raise NetworkError("the Hessian is not finite", next_step="look where the loss is")
        return bent

    return product


def trace(
    product: Product,
    theta: Tensor,
    until: Until | None = None,
    *,
    sketch: int = 0,
    seed: int = 0,
    rows: int = 32,
) -> Trace:
    """Estimate the trace of a symmetric map of rows [P, N]; theta [N] says N, type and device.

    With a sketch of k rows it is Hutch++ (Meyer et al. 2021, algorithm 1): the trace over the span
    of k products is exact and only the rest is estimated, which pays where few eigenvalues rule.
    Probes are drawn from the seed one by one: `rows` at once changes no probe.
    """
    until = until or Until()
    key = seeds.keys([seed], "noise", theta.device)[0]
    own = seeds.fold_in(key, PROBES)
    basis, known = _sketched(product, theta, seeds.fold_in(key, SKETCH), sketch)
    values = wide(theta.new_zeros(0))
    for probes in looks(until.least, until.most):
        for part in torch.split(torch.arange(len(values), probes, device=theta.device), rows):
            v = seeds.signs(seeds.fold_in(own, part), theta.shape, theta.dtype)
            v = v - (v @ basis.T) @ basis
            values = torch.cat([values, _forms(v, product(v))])
        estimate = known + values.mean().item()
        error = values.std().item() / math.sqrt(probes)
        if until.met(estimate, error):
            break
    return Trace(
        estimate=estimate,
        standard_error=error,
        probes=probes,
        products=probes + 2 * len(basis),
        reached=until.met(estimate, error),
    )


def _sketched(product: Product, theta: Tensor, key: Tensor, rows: int) -> tuple[Tensor, float]:
    """Give an orthonormal basis [k, N] of what the map makes of k probes, and the trace over it."""
    if not rows:
        return theta.new_zeros(0, len(theta)), 0.0
    drawn = seeds.signs(seeds.each(key, rows), theta.shape, theta.dtype)
    basis = torch.linalg.qr(product(drawn).T).Q.T.contiguous()
    return basis, _forms(basis, product(basis)).sum().item()


def _forms(v: Tensor, bent: Tensor) -> Tensor:
    """Give each row's v' H v, [P]."""
    return (wide(v) * wide(bent)).sum(dim=-1)


def _pulled(g: Tensor, theta: Tensor, v: Tensor, module: nn.Module) -> Tensor:
    """Differentiate g . v for every row of v; in turn where an operation has no batching rule."""
    if len(v) > 1:
        try:
            return pulled(g, theta, v, module, rows=True)
        except RuntimeError:
            pass  # the rows in turn say whether it was the batching that failed
    return torch.stack([pulled(g, theta, row, module) for row in v])
