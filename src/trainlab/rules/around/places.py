"""Where the gradient of a step is taken, other than at the weights themselves.

theta, g    [P, N]
"""

from __future__ import annotations

import torch
from torch import Tensor

from trainlab import seeds
from trainlab.averages import Value, row_norm

__all__ = ["add_noise", "climb"]

WEIGHTS = 1
"""The sub-stream of a step's key; the key itself is the gradient noise's."""


def add_noise(theta: Tensor, key: Tensor, deviation: Value) -> Tensor:
    """Give theta + N(0, deviation^2), theta unchanged: key is int64 [P, 1], another at each step.

    An 1996; Graves 2013.
    """
    own = seeds.fold_in(key.reshape(-1), WEIGHTS)
    deviation = torch.as_tensor(deviation, dtype=theta.dtype, device=theta.device)
    return theta + deviation * seeds.normal(own, theta.shape[1:], theta.dtype)


def climb(theta: Tensor, g: Tensor, radius: Value) -> Tensor:
    """Give the highest place within a radius of each row, to first order, theta unchanged.

    theta + radius g / (|g| + 1e-12). Foret et al. 2021, equation 2 with p = 2.
    """
    return theta + g * (radius / (row_norm(g) + 1e-12))
