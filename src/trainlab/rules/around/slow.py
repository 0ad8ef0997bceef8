"""Weights that follow the trained ones slowly, and to which those return."""

from __future__ import annotations

import torch
from torch import Tensor

from trainlab.averages import Value

__all__ = ["look_ahead"]


def look_ahead(theta: Tensor, slow: Tensor, t: Value, every: Value, share: Value) -> Tensor:
    """Let slow go a share of the way to theta, and theta back to it, every so many steps, in place.

    slow <- slow + share (theta - slow); theta <- slow, where t = 1, 2, ... is a multiple of
    `every`. Share 1 is the identity. theta, slow [P, N]; every, share [P, 1] or numbers.
    Zhang et al. 2019, algorithm 1.
    """
    due = t % every == 0
    if isinstance(due, Tensor):
        slow.copy_(torch.where(due, torch.lerp(slow, theta, _weight(share, theta)), slow))
        theta.copy_(torch.where(due, slow, theta))
    elif due:
        theta.copy_(slow.lerp_(theta, share))
    return theta


def _weight(share: Value, like: Tensor) -> Tensor:
    return torch.as_tensor(share, dtype=like.dtype, device=like.device)
