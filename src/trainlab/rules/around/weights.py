"""What pulls on the weights themselves: decay, the L1 penalty, a largest norm.

g, theta    [P, N]
decay       [P, 1] * mask [1, N]: the mask exempts biases and norm gains
"""

from __future__ import annotations

import torch
from torch import Tensor

from trainlab.averages import Value
from trainlab.layout import Layout
from trainlab.rules.around.units import unit_norm

__all__ = ["decay_coupled", "decay_decoupled", "limit_norm", "penalize_l1"]


def decay_coupled(g: Tensor, theta: Tensor, decay: Value) -> Tensor:
    """Add the gradient of the L2 penalty decay / 2 |theta|^2, which the rule then rescales.

    `weight_decay` of torch's SGD and Adam.
    """
    return g + decay * theta


def decay_decoupled(theta: Tensor, decayed: Tensor, rate: Value) -> Tensor:
    """Shrink the weights beside the rule, in place: theta (1 - rate * decayed), rate = lr * decay.

    Loshchilov & Hutter 2019, algorithm 2; times lr, as in torch's AdamW, and before the rule's own
    step. In one pass where the rate is a number.
    """
    if isinstance(rate, Tensor):
        return theta.addcmul_(theta, decayed * rate, value=-1)
    return theta.addcmul_(theta, decayed, value=-rate)


def penalize_l1(g: Tensor, theta: Tensor, penalty: Value) -> Tensor:
    """Add the subgradient of the L1 penalty: penalty * sign(theta), 0 at 0. Tibshirani 1996."""
    return g + penalty * theta.sign()


def limit_norm(theta: Tensor, layout: Layout, decayed: Tensor, limit: Value) -> Tensor:
    """Shorten the weights of each unit to `limit` where they are longer, in place.

    w_i * limit / (|w_i| + 1e-7), torch's `renorm(p=2, dim=0)`; where `decayed` [1, N] is 0 nothing
    changes. Srebro & Shraibman 2005; Srivastava et al. 2014, section 5.1.
    """
    limit = torch.as_tensor(limit, dtype=theta.dtype, device=theta.device)
    norms = unit_norm(theta, layout)
    long = (norms > limit) & (decayed != 0)
    return theta.mul_(torch.where(long, limit / (norms + 1e-7), 1.0))
