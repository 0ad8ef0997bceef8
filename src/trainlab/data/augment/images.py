"""Augmentations of pictures [P, B, C, H, W]; what enters from outside the picture is 0.

After centring, 0 is the mean colour.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from trainlab.data.augment.row import NonNegative, Share, dial, draw

__all__ = ["affine", "colour_jitter", "crop", "cutout", "flip"]


def flip(x: Tensor, key: Tensor, *, probability: Share = 0.5) -> Tensor:
    """Mirror left and right."""
    return torch.where(draw(key, 0, x) < dial(probability, x), x.flip(-1), x)


def crop(x: Tensor, key: Tensor, *, padding: NonNegative = 4) -> Tensor:
    """Shift by whole pixels, up to `padding` each way: pad and crop back to size."""
    reach = dial(padding, x).floor()
    for place, axis in ((0, -2), (1, -1)):
        shift = (draw(key, place, x) * (2 * reach + 1)).floor() - reach
        x = _shifted(x, shift.to(torch.int64), axis)
    return x


def cutout(x: Tensor, key: Tensor, *, size: NonNegative = 8, probability: Share = 1.0) -> Tensor:
    """Blank a square of `size` pixels, centred anywhere, cut off at the border."""
    inside = draw(key, 2, x) < dial(probability, x)
    for place, axis in ((0, -2), (1, -1)):
        length = x.shape[axis]
        start = (draw(key, place, x) * length).floor() - (dial(size, x) / 2).floor()
        line = _line(length, axis, x)
        inside = inside & (line >= start) & (line < start + dial(size, x).floor())
    return torch.where(inside, 0.0, x)


def colour_jitter(
    x: Tensor,
    key: Tensor,
    *,
    brightness: NonNegative = 0.2,
    contrast: NonNegative = 0.2,
    saturation: NonNegative = 0.2,
) -> Tensor:
    """Shift all values, stretch them about the picture's mean, and its colours about their grey."""
    lift, stretch, tint = (2 * draw(key, place, x) - 1 for place in range(3))
    grey = x.mean(dim=-3, keepdim=True)
    x = x + tint * dial(saturation, x) * (x - grey)
    x = x + stretch * dial(contrast, x) * (x - x.mean(dim=(-3, -2, -1), keepdim=True))
    return x + lift * dial(brightness, x)


def affine(
    x: Tensor,
    key: Tensor,
    *,
    degrees: NonNegative = 10.0,
    scale: Share = 0.1,
    translate: Share = 0.1,
    probability: Share = 1.0,
) -> Tensor:
    """Turn, zoom and shift by bilinear sampling."""
    turn, zoom, right, down = (2 * draw(key, place, x) - 1 for place in range(4))
    angle = turn * dial(degrees, x) * (math.pi / 180)
    size = torch.exp(zoom * torch.log1p(dial(scale, x)))
    shift = 2 * dial(translate, x)
    moved = (angle != 0) | (size != 1) | (shift * right != 0) | (shift * down != 0)
    warped = _sample(x, angle, size, shift * right, shift * down)
    return torch.where(moved & (draw(key, 4, x) < dial(probability, x)), warped, x)


def _line(length: int, axis: int, x: Tensor) -> Tensor:
    """Give the numbers of the places along an axis, in a shape that broadcasts over x."""
    shape = [1] * x.dim()
    shape[axis] = length
    return torch.arange(length, device=x.device).reshape(shape)


def _shifted(x: Tensor, shift: Tensor, axis: int) -> Tensor:
    """Shift along an axis by a whole number of places per example; 0 enters at the border."""
    length = x.shape[axis]
    source = _line(length, axis, x) + shift
    taken = torch.take_along_dim(x, source.clamp(0, length - 1).expand_as(x), dim=axis)
    return torch.where((source >= 0) & (source < length), taken, 0.0)


def _sample(x: Tensor, angle: Tensor, size: Tensor, right: Tensor, down: Tensor) -> Tensor:
    """Sample pictures through the inverse map; offsets in half pictures."""
    high, wide = x.shape[-2], x.shape[-1]
    u = ((2 * _line(wide, -1, x) + 1) / wide - 1 - right) * wide
    v = ((2 * _line(high, -2, x) + 1) / high - 1 - down) * high
    cos, sin = angle.cos() / size, angle.sin() / size
    grid = torch.stack([(u * cos + v * sin) / wide, (v * cos - u * sin) / high], dim=-1)
    warped = torch.nn.functional.grid_sample(
        x.flatten(0, 1), grid.flatten(0, 2), mode="bilinear", align_corners=False
    )
    return warped.reshape(x.shape)
