"""What is done to a gradient before the rule sees it: clipped, centred, made noisy.

    g, theta    [P, N]
    limit       [P, 1], or a number; infinity where a member does not clip

Each member is clipped by its own norms: a non-finite row changes no other.
"""

from __future__ import annotations

import torch
from torch import Tensor

from trainlab import seeds
from trainlab.averages import Value, row_norm, segment_norm
from trainlab.layout import Layout
from trainlab.rules.around.units import by_unit, unit_norm

__all__ = [
    "add_noise",
    "centralize",
    "clip_adaptively",
    "clip_by_layer",
    "clip_by_norm",
    "clip_by_value",
]

DECAY = 0.55
"""The power with which gradient noise fades: gamma of Neelakantan et al. 2015."""


def clip_by_norm(g: Tensor, limit: Value) -> Tensor:
    """Shorten each row to `limit` where it is longer: g * min(1, limit / (|g| + 1e-6)).

    Keeps the direction. Pascanu, Mikolov & Bengio 2013, algorithm 1; torch's
    `clip_grad_norm_`, with its 1e-6.
    """
    return g * (_tensor(limit, g) / (row_norm(g) + 1e-6)).clamp(max=1.0)


def clip_by_layer(g: Tensor, layout: Layout, limit: Value) -> Tensor:
    """Shorten the gradient of each weight tensor to `limit` where it is longer.

    torch's `clip_grad_norm_`, called for each parameter by itself.
    """
    norms = segment_norm(g, layout.sizes)
    return g * (_tensor(limit, g) / (norms + 1e-6)).clamp(max=1.0)


def clip_adaptively(
    g: Tensor, theta: Tensor, layout: Layout, limit: Value, *, least: float = 1e-3
) -> Tensor:
    """Shorten the gradient of each unit to `limit` times the norm of its weights.

    g_i * min(1, limit * max(|w_i|, least) / |g_i|), where i is a row of a matrix, a filter of a
    convolution, or a whole bias or gain. Brock et al. 2021, equation 3.
    """
    longest = _tensor(limit, g) * unit_norm(theta, layout).clamp(min=least)
    norms = unit_norm(g, layout)
    return torch.where(norms > longest, g * (longest / norms.clamp(min=1e-6)), g)


def clip_by_value(g: Tensor, limit: Value) -> Tensor:
    """Clip each place to [-limit, limit]; changes the direction. torch's `clip_grad_value_`."""
    limit = _tensor(limit, g)
    return g.clamp(min=-limit, max=limit)


def centralize(g: Tensor, layout: Layout, share: Value = 1.0) -> Tensor:
    """Take a share of its mean from the gradient of each unit of a matrix or filter.

    Share 1 is Yong et al. 2020, equation 1; 0 is the identity. Biases and gains are left alone.
    """
    return g - share * by_unit(_mean, g, layout)


def add_noise(g: Tensor, key: Tensor, eta: Value, t: Value) -> Tensor:
    """Add normal noise whose variance fades: eta / t^0.55, t = 1 at the first step.

    key is int64 [P] or [P, 1], another at each step. Neelakantan et al. 2015, equation 1.
    """
    deviation = (_tensor(eta, g) / _tensor(t, g) ** DECAY).sqrt()
    return g + deviation * seeds.normal(key.reshape(-1), g.shape[1:], g.dtype)


def _mean(part: Tensor) -> Tensor:
    """Give the mean of each unit of a matrix [P, units, k]; of a vector [P, k] nothing."""
    if part.dim() == 2:
        return torch.zeros_like(part)
    return part.mean(dim=-1, keepdim=True).expand_as(part)


def _tensor(value: Value, like: Tensor) -> Tensor:
    return torch.as_tensor(value, dtype=like.dtype, device=like.device)
