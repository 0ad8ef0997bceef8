"""What L-BFGS remembers: pairs of a step and the change of the gradient along it, oldest first.

s, y      m tensors [P, N]: theta' - theta, g' - g
rho       m tensors [P, 1]: 1 / y.s; 0 where a member has no pair, which then counts for nothing
scale     [P, 1]: the Hessian is taken for 1 / scale where no pair says otherwise
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from trainlab.averages import Value, row_dot

__all__ = ["new_pairs", "recalled", "remembered", "two_loops"]


def two_loops(
    g: Tensor, s: Sequence[Tensor], y: Sequence[Tensor], rho: Sequence[Tensor], scale: Tensor
) -> Tensor:
    """Multiply by the inverse Hessian of the pairs: Nocedal & Wright 2006, algorithm 7.4."""
    alphas = []
    for s_i, y_i, rho_i in zip(reversed(s), reversed(y), reversed(rho), strict=True):
        alphas.append(rho_i * row_dot(s_i, g))
        g = g - alphas[-1] * y_i
    r = scale * g
    for s_i, y_i, rho_i, alpha in zip(s, y, rho, reversed(alphas), strict=True):
        r = r + s_i * (alpha - rho_i * row_dot(y_i, r))
    return r


def new_pairs(theta: Tensor, most: int) -> dict[str, Tensor]:
    """Give an empty memory of `most` pairs, as slots: s, y [P, m, N], rho [P, m], scale [P, 1]."""
    p, n = theta.shape
    return {
        "s": theta.new_zeros(p, most, n),
        "y": theta.new_zeros(p, most, n),
        "rho": theta.new_zeros(p, most),
        "scale": theta.new_ones(p, 1),
    }


def recalled(
    pairs: Mapping[str, Tensor],
) -> tuple[Sequence[Tensor], Sequence[Tensor], Sequence[Tensor], Tensor]:
    """Give a memory as `two_loops` reads it."""
    return (
        pairs["s"].unbind(1),
        pairs["y"].unbind(1),
        torch.split(pairs["rho"], 1, dim=1),
        pairs["scale"],
    )


def remembered(
    pairs: Mapping[str, Tensor], s: Tensor, y: Tensor, history: Value, moved: Tensor
) -> dict[str, Tensor]:
    """Take up a member's newest pair and forget its oldest, beyond so many.

    Of members that moved, bool [P, 1], and only where y.s > eps y.y, so that the implied Hessian
    stays positive definite (Byrd, Lu, Nocedal & Zhu 1995, equation 3.9).
    """
    along, square = row_dot(s, y), row_dot(y, y)
    new = moved & (along > torch.finfo(s.dtype).eps * square)
    most = pairs["rho"].shape[1]
    age = torch.arange(most, 0, -1, device=s.device)
    rho = torch.where(age <= history, _shifted(pairs["rho"], 1 / along), 0.0)
    return {
        "s": torch.where(new.unsqueeze(2), _shifted(pairs["s"], s.unsqueeze(1)), pairs["s"]),
        "y": torch.where(new.unsqueeze(2), _shifted(pairs["y"], y.unsqueeze(1)), pairs["y"]),
        "rho": torch.where(new, rho, pairs["rho"]),
        "scale": torch.where(new, along / square, pairs["scale"]),
    }


def _shifted(held: Tensor, newest: Tensor) -> Tensor:
    return torch.cat((held[:, 1:], newest), dim=1)
