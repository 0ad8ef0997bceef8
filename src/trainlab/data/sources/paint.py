"""Painting many pictures at once: draws, coverage, layers, colours.

Pictures are [n, 3, H, W] in 0 .. 1.
"""

from __future__ import annotations

import torch
from torch import Tensor

from trainlab import seeds

__all__ = ["Draws", "column", "coverage", "hsv", "over", "to_pixels"]


class Draws:
    """The random numbers of each picture, one after another: each call gives the next."""

    def __init__(self, key: Tensor, rows: Tensor):
        self.keys, self.place = seeds.fold_in(key, rows), 0

    def between(self, low: float, high: float) -> Tensor:
        """Draw one number per picture, [n]."""
        self.place += 1
        share = seeds.uniform(seeds.fold_in(self.keys, self.place), (1,), torch.float64)[:, 0]
        return low + (high - low) * share

    def noise(self, *shape: int) -> Tensor:
        """Draw normal numbers [n, *shape]."""
        self.place += 1
        return seeds.normal(seeds.fold_in(self.keys, self.place), shape, torch.float64)


def column(value: Tensor) -> Tensor:
    """Spread one number per picture over its pixels: [n] -> [n, 1, 1]."""
    return value[:, None, None]


def coverage(distance: Tensor, pixel: Tensor | float) -> Tensor:
    """Give the share of a pixel inside a shape, from its signed distance: anti-aliasing."""
    return (0.5 - distance / pixel).clamp(0, 1)


def over(picture: Tensor, paint: Tensor, share: Tensor) -> Tensor:
    """Lay paint [n, 3, 1, 1] or [n, 3, H, W] over pictures, covering a share [n, H, W] of each."""
    return torch.lerp(picture, paint, share[:, None])


def hsv(hue: Tensor, saturation: Tensor, value: Tensor) -> Tensor:
    """Give colours [n, 3, 1, 1] from hue (in turns), saturation and value, [n] each."""
    offset = torch.tensor([5.0, 3.0, 1.0], dtype=hue.dtype)
    k = (offset + hue[:, None] * 6) % 6
    chroma = (torch.minimum(k, 4 - k)).clamp(0, 1)
    return (value[:, None] * (1 - saturation[:, None] * chroma))[:, :, None, None]


def to_pixels(picture: Tensor) -> Tensor:
    """Round to uint8 0 .. 255."""
    return (picture.clamp(0, 1) * 255).round().to(torch.uint8)
