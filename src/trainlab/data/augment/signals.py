"""Augmentations of sequences [P, B, T, D] and of tables [P, B, D]."""

from __future__ import annotations

import torch
from torch import Tensor

from trainlab import seeds
from trainlab.data.augment.row import NonNegative, Share, dial, draw

__all__ = ["feature_noise", "jitter", "time_mask"]


def jitter(x: Tensor, key: Tensor, *, std: NonNegative = 0.05, scale: NonNegative = 0.0) -> Tensor:
    """Add normal noise to every value, and stretch each example by a factor about 1."""
    noise = seeds.normal(seeds.fold_in(key.to(x.device), 0), x.shape[1:], x.dtype)
    return x + dial(scale, x) * (2 * draw(key, 1, x) - 1) * x + dial(std, x) * noise


def time_mask(x: Tensor, key: Tensor, *, share: Share = 0.1, probability: Share = 1.0) -> Tensor:
    """Blank a stretch of time of random length, at most `share` of the sequence."""
    length = x.shape[2]
    span = (draw(key, 0, x) * (dial(share, x) * length + 1)).floor().clamp_max(length)
    start = (draw(key, 1, x) * (length - span + 1)).floor()
    time = torch.arange(length, device=x.device).reshape(1, 1, -1, *(1 for _ in x.shape[3:]))
    chosen = draw(key, 2, x) < dial(probability, x)
    return torch.where(chosen & (time >= start) & (time < start + span), 0.0, x)


def feature_noise(x: Tensor, key: Tensor, *, std: NonNegative = 0.1, drop: Share = 0.0) -> Tensor:
    """Add normal noise to every feature, and set a share of them to 0, the mean."""
    noise = seeds.normal(seeds.fold_in(key.to(x.device), 0), x.shape[1:], x.dtype)
    lost = seeds.uniform(seeds.fold_in(key.to(x.device), 1), x.shape[1:], x.dtype)
    return torch.where(lost < dial(drop, x), 0.0, x + dial(std, x) * noise)
