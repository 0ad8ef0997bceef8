"""Augmentations of sequences [P, B, T, D] and of tables [P, B, D]."""

from __future__ import annotations

import torch
from torch import Tensor

from trainlab import seeds
from trainlab.data.augment.row import NonNegative, Share, dial, draw, line, shifted, within

__all__ = ["feature_noise", "jitter", "swap_noise", "time_mask", "time_shift", "time_warp"]

TIME = 2
"""The axis of time."""


def jitter(x: Tensor, key: Tensor, *, std: NonNegative = 0.05, scale: NonNegative = 0.0) -> Tensor:
    """Add normal noise to every value, and stretch each example by a factor about 1."""
    noise = seeds.normal(seeds.fold_in(key.to(x.device), 0), x.shape[1:], x.dtype)
    return x + dial(scale, x) * (2 * draw(key, 1, x) - 1) * x + dial(std, x) * noise


def time_mask(x: Tensor, key: Tensor, *, share: Share = 0.1, probability: Share = 1.0) -> Tensor:
    """Blank a stretch of time of random length, at most `share` of the sequence."""
    length = x.shape[TIME]
    span = (draw(key, 0, x) * (dial(share, x) * length + 1)).floor().clamp_max(length)
    start = (draw(key, 1, x) * (length - span + 1)).floor()
    chosen = draw(key, 2, x) < dial(probability, x)
    return torch.where(chosen & within(x, TIME, start, span), 0.0, x)


def time_shift(x: Tensor, key: Tensor, *, share: Share = 0.1) -> Tensor:
    """Begin earlier or later, by whole steps up to `share` of the sequence; 0 enters."""
    reach = (dial(share, x) * x.shape[TIME]).floor()
    shift = (draw(key, 0, x) * (2 * reach + 1)).floor() - reach
    return shifted(x, shift.to(torch.int64), TIME)


def time_warp(x: Tensor, key: Tensor, *, share: Share = 0.1) -> Tensor:
    """Run faster before a moment and slower after it, or the other way round.

    The moment b shows what was at a, at most `share` of the sequence away; both ends stay.
    """
    last = x.shape[TIME] - 1
    reach = dial(share, x).clamp_max(0.5) * last
    a = reach + draw(key, 0, x) * (last - 2 * reach)
    b = a + (2 * draw(key, 1, x) - 1) * reach
    time, tiny = line(x, TIME), torch.finfo(x.dtype).tiny
    before = time * (a / b.clamp_min(tiny))
    after = last - (last - time) * ((last - a) / (last - b).clamp_min(tiny))
    source = torch.where(time <= b, before, after).clamp(0, last)
    low = source.floor()
    first, second = (
        torch.take_along_dim(x, place.clamp_max(last).to(torch.int64).expand_as(x), dim=TIME)
        for place in (low, low + 1)
    )
    return first + (source - low) * (second - first)


def feature_noise(x: Tensor, key: Tensor, *, std: NonNegative = 0.1, drop: Share = 0.0) -> Tensor:
    """Add normal noise to every feature, and set a share of them to 0, the mean."""
    noise = seeds.normal(seeds.fold_in(key.to(x.device), 0), x.shape[1:], x.dtype)
    lost = seeds.uniform(seeds.fold_in(key.to(x.device), 1), x.shape[1:], x.dtype)
    return torch.where(lost < dial(drop, x), 0.0, x + dial(std, x) * noise)


def swap_noise(x: Tensor, key: Tensor, *, share: Share = 0.1) -> Tensor:
    """Replace a share of the values by those of other examples of the batch, column by column."""
    swapped, chosen = (
        seeds.uniform(seeds.fold_in(key.to(x.device), place), x.shape[1:], x.dtype)
        for place in (0, 1)
    )
    other = (chosen * x.shape[1]).to(torch.int64)
    return torch.where(swapped < dial(share, x), x.gather(1, other), x)
