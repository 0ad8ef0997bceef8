"""What stands around a rule and never sees its direction: clipping before it, decay beside it.

    g, theta    [P, N]
    limit       [P, 1], or a number; infinity where a member does not clip
    decay       [P, 1] * mask [1, N]: the mask exempts biases and norm gains

Each member is clipped by its own norm: a non-finite row changes no other.
"""

from __future__ import annotations

import torch
from torch import Tensor

from trainlab.averages import Value, row_norm

__all__ = ["clip_by_norm", "clip_by_value", "decay_coupled", "decay_decoupled"]


def clip_by_norm(g: Tensor, limit: Value) -> Tensor:
    """Shorten each row to `limit` where it is longer: g * min(1, limit / (|g| + 1e-6)).

    Keeps the direction. Pascanu, Mikolov & Bengio 2013, algorithm 1; torch's
    `clip_grad_norm_`, with its 1e-6.
    """
    limit = torch.as_tensor(limit, dtype=g.dtype, device=g.device)
    return g * (limit / (row_norm(g) + 1e-6)).clamp(max=1.0)


def clip_by_value(g: Tensor, limit: Value) -> Tensor:
    """Clip each place to [-limit, limit]; changes the direction. torch's `clip_grad_value_`."""
    limit = torch.as_tensor(limit, dtype=g.dtype, device=g.device)
    return g.clamp(min=-limit, max=limit)


def decay_coupled(g: Tensor, theta: Tensor, decay: Value) -> Tensor:
    """Add the gradient of the L2 penalty decay / 2 |theta|^2, which the rule then rescales.

    `weight_decay` of torch's SGD and Adam.
    """
    return g + decay * theta


def decay_decoupled(theta: Tensor, rate: Value) -> Tensor:
    """Shrink the weights beside the rule: theta (1 - rate), with rate = lr * decay * mask.

    Loshchilov & Hutter 2019, algorithm 2; times lr, as in torch's AdamW, and before the rule's own
    step.
    """
    return theta * (1 - rate)
