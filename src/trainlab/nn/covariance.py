"""Mean and covariance of groups of channels, and the inverse square root of a covariance.

Axes: G groups of D channels each; N x L observations, in the order [N, G, D, L] in which a batch of
images lies in memory. Every function has a batching rule and derivatives of any order.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.autograd import Function
from torch.autograd.function import FunctionCtx

__all__ = ["inverse_root", "iterated_inverse_root", "moments"]


def moments(x: Tensor) -> tuple[Tensor, Tensor]:
    """Give the mean [G, D] and the biased covariance [G, D, D] of x [N, G, D, L]."""
    mean, covariance = _Moments.apply(x)  # type: ignore[no-untyped-call]
    return mean, covariance


def inverse_root(covariance: Tensor, eps: float) -> Tensor:
    """Give (C + eps I)^(-1/2), symmetric, by eigendecomposition: [..., D, D] -> [..., D, D].

    Its derivative solves an equation whose divisors are sums of square roots of eigenvalues, so
    that equal eigenvalues do no harm: differences of eigenvalues never occur. A covariance that is
    not finite has NaN for a root and stops no other: LAPACK would refuse them all.
    """
    shifted = _shifted(covariance, eps)
    fixed = shifted.detach()
    sound = fixed.isfinite().all(dim=-1, keepdim=True).all(dim=-2, keepdim=True)
    values, vectors = torch.linalg.eigh(torch.where(sound, fixed, 0.0))
    vectors = torch.where(sound, vectors, torch.nan)
    roots = values.clamp_min(eps).sqrt()  # rounding can leave an eigenvalue below its bound
    root: Tensor = _InverseRoot.apply(shifted, roots, vectors)  # type: ignore[no-untyped-call]
    return root


def iterated_inverse_root(covariance: Tensor, eps: float, steps: int) -> Tensor:
    """Approach (C + eps I)^(-1/2) by Newton-Schulz steps (Huang et al. 2019, algorithm 1).

    P <- (3 P - P^3 S) / 2 from P = I, where S = C / trace C; the result is P / sqrt(trace C). It is
    computed with Q = P S as a second sequence, which does not amplify rounding (Higham 1997).
    """
    shifted = _shifted(covariance, eps)
    trace = shifted.diagonal(dim1=-2, dim2=-1).sum(dim=-1)[..., None, None]
    q = shifted / trace
    eye = torch.eye(q.shape[-1], dtype=q.dtype, device=q.device)
    p = eye.expand_as(q)
    for _ in range(steps):
        turn = 1.5 * eye - 0.5 * (p @ q)
        p, q = turn @ p, q @ turn
    return p * trace.rsqrt()


def _shifted(covariance: Tensor, eps: float) -> Tensor:
    eye = torch.eye(covariance.shape[-1], dtype=covariance.dtype, device=covariance.device)
    return covariance + eps * eye


class _Moments(Function):
    """Mean and covariance, whose backward pass is one product: dx = (dC + dC^T) (x - mean) / M.

    M = N L observations. Autograd would keep the centred batch and visit it three times.
    """

    generate_vmap_rule = True

    @staticmethod
    def forward(x: Tensor) -> tuple[Tensor, Tensor]:
        mean = x.mean(dim=3).mean(dim=0)
        centred = x - mean.unsqueeze(-1)
        return mean, torch.matmul(centred, centred.mT).sum(dim=0) / _observations(x)

    @staticmethod
    def setup_context(
        ctx: FunctionCtx, inputs: tuple[Tensor], output: tuple[Tensor, Tensor]
    ) -> None:
        ctx.save_for_backward(inputs[0], output[0])

    @staticmethod
    def backward(ctx: FunctionCtx, *upstream: Tensor) -> Tensor:
        x, mean = ctx.saved_tensors  # type: ignore[attr-defined]
        to_mean, to_covariance = upstream
        slope = (to_covariance + to_covariance.mT) / _observations(x)
        offset = to_mean.unsqueeze(-1) / _observations(x) - slope @ mean.unsqueeze(-1)
        return torch.matmul(slope, x).add_(offset)


class _InverseRoot(Function):
    """W = C^(-1/2) from C's own eigenvectors and the square roots of its eigenvalues.

    W C W = I gives dW R + R dW = -W dC W with R = C^(1/2): a Sylvester equation.
    """

    generate_vmap_rule = True

    @staticmethod
    def forward(covariance: Tensor, roots: Tensor, vectors: Tensor) -> Tensor:
        return (vectors / roots.unsqueeze(-2)) @ vectors.mT

    @staticmethod
    def setup_context(
        ctx: FunctionCtx, inputs: tuple[Tensor, Tensor, Tensor], output: Tensor
    ) -> None:
        ctx.save_for_backward(*inputs, output)

    @staticmethod
    def backward(ctx: FunctionCtx, *upstream: Tensor) -> tuple[Tensor, None, None]:
        covariance, roots, vectors, w = ctx.saved_tensors  # type: ignore[attr-defined]
        even = (upstream[0] + upstream[0].mT) / 2
        solved = _Sylvester.apply(covariance @ w, even, roots, vectors)  # type: ignore[no-untyped-call]
        return -w @ solved @ w, None, None


class _Sylvester(Function):
    """Solve R Y + Y R = G for Y, R symmetric with the given eigenvalues and eigenvectors.

    Its backward pass is the same solution of another right side, so it has all derivatives.
    """

    generate_vmap_rule = True

    @staticmethod
    def forward(root: Tensor, right: Tensor, values: Tensor, vectors: Tensor) -> Tensor:
        turned = vectors.mT @ right @ vectors
        return vectors @ (turned / (values.unsqueeze(-1) + values.unsqueeze(-2))) @ vectors.mT

    @staticmethod
    def setup_context(
        ctx: FunctionCtx, inputs: tuple[Tensor, Tensor, Tensor, Tensor], output: Tensor
    ) -> None:
        root, _, values, vectors = inputs
        ctx.save_for_backward(root, values, vectors, output)

    @staticmethod
    def backward(ctx: FunctionCtx, *upstream: Tensor) -> tuple[Tensor, Tensor, None, None]:
        root, values, vectors, y = ctx.saved_tensors  # type: ignore[attr-defined]
        z = _Sylvester.apply(root, upstream[0], values, vectors)  # type: ignore[no-untyped-call]
        return -(z @ y.mT + y.mT @ z), z, None, None


def _observations(x: Tensor) -> int:
    return x.shape[0] * x.shape[3]
