"""Augmentations of sequences [P, B, T, D] and of tables [P, B, D]."""

from __future__ import annotations

import torch
from torch import Tensor

from trainlab import seeds
from trainlab.data.augment.row import NonNegative, Share, dial, draws, line, within

__all__ = ["feature_noise", "jitter", "swap_noise", "time_mask", "time_shift", "time_warp"]

TIME = 2
"""The axis of time."""


def jitter(x: Tensor, key: Tensor, *, std: NonNegative = 0.05, scale: NonNegative = 0.0) -> Tensor:
    """Add normal noise to every value, and stretch each example by a factor about 1."""
    noise = seeds.normal(seeds.fold_in(key, 0), x.shape[2:], x.dtype)
    return x + dial(scale, x) * (2 * draws(key, 1, x)[0] - 1) * x + dial(std, x) * noise


def time_mask(x: Tensor, key: Tensor, *, share: Share = 0.1, probability: Share = 1.0) -> Tensor:
    """Blank a stretch of time of random length, at most `share` of the sequence."""
    length, (size, place, chance) = x.shape[TIME], draws(key, 3, x)
    span = (size * (dial(share, x) * length + 1)).floor().clamp_max(length)
    start = (place * (length - span + 1)).floor()
    return x * ~((chance < dial(probability, x)) & within(x, TIME, start, span))


def time_shift(x: Tensor, key: Tensor, *, share: Share = 0.1) -> Tensor:
    """Begin earlier or later, by whole steps up to `share` of the sequence; 0 enters."""
    reach = (dial(share, x) * x.shape[TIME]).floor()
    shift = (draws(key, 1, x)[0] * (2 * reach + 1)).floor() - reach
    source = line(x, TIME) + shift
    last = x.shape[TIME] - 1
    return _at(x, source.clamp(0, last)) * ((source >= 0) & (source <= last))


def time_warp(x: Tensor, key: Tensor, *, share: Share = 0.1) -> Tensor:
    """Run faster before a moment and slower after it, or the other way round.

    The moment b shows what was at a, at most `share` of the sequence away; both ends stay.
    """
    last, (middle, away) = x.shape[TIME] - 1, draws(key, 2, x)
    reach = dial(share, x).clamp_max(0.5) * last
    a = reach + middle * (last - 2 * reach)
    b = a + (2 * away - 1) * reach
    time, tiny = line(x, TIME), torch.finfo(x.dtype).tiny
    before = time * (a / b.clamp_min(tiny))
    after = last - (last - time) * ((last - a) / (last - b).clamp_min(tiny))
    source = torch.where(time <= b, before, after).clamp(0, last)
    low = source.floor()
    first, second = _at(x, low), _at(x, (low + 1).clamp_max(last))
    return first + (source - low) * (second - first)


def feature_noise(x: Tensor, key: Tensor, *, std: NonNegative = 0.1, drop: Share = 0.0) -> Tensor:
    """Add normal noise to every feature, and set a share of them to 0, the mean."""
    noise = seeds.normal(seeds.fold_in(key, 0), x.shape[2:], x.dtype)
    lost = seeds.uniform(seeds.fold_in(key, 1), x.shape[2:], x.dtype)
    return torch.where(lost < dial(drop, x), 0.0, x + dial(std, x) * noise)


def swap_noise(x: Tensor, key: Tensor, *, share: Share = 0.1) -> Tensor:
    """Replace a share of the values by those of other examples of the batch, column by column."""
    swapped, chosen = (
        seeds.uniform(seeds.fold_in(key, place), x.shape[2:], x.dtype) for place in (0, 1)
    )
    other = (chosen * x.shape[1]).to(torch.int64)
    return torch.where(swapped < dial(share, x), x.gather(1, other), x)


def _at(x: Tensor, time: Tensor) -> Tensor:
    """Read each example at its own whole steps, [P, B, T, 1, ...]."""
    return x.gather(TIME, time.to(torch.int64).expand_as(x))
