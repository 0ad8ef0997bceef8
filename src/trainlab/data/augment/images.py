"""Augmentations of pictures [P, B, C, H, W]; what enters from outside the picture is 0.

After centring, 0 is the mean colour.
"""

from __future__ import annotations

import math
from typing import Annotated, Any

import torch
from annotated_types import Ge, Le
from torch import Tensor

from trainlab import seeds
from trainlab.data.augment.row import NonNegative, Share, dial, draw, line, shifted, within

__all__ = ["affine", "colour_jitter", "crop", "cutout", "erase", "flip", "trivial"]


def flip(x: Tensor, key: Tensor, *, probability: Share = 0.5, vertical: Share = 0.0) -> Tensor:
    """Mirror left and right, and with another probability top and bottom."""
    for place, share, axis in ((0, probability, -1), (1, vertical, -2)):
        if isinstance(share, Tensor) or share > 0:
            x = torch.where(draw(key, place, x) < dial(share, x), x.flip(axis), x)
    return x


def crop(x: Tensor, key: Tensor, *, padding: NonNegative = 4) -> Tensor:
    """Shift by whole pixels, up to `padding` each way: pad and crop back to size."""
    reach = dial(padding, x).floor()
    for place, axis in ((0, -2), (1, -1)):
        shift = (draw(key, place, x) * (2 * reach + 1)).floor() - reach
        x = shifted(x, shift.to(torch.int64), axis)
    return x


def cutout(x: Tensor, key: Tensor, *, size: NonNegative = 8, probability: Share = 1.0) -> Tensor:
    """Blank a square of `size` pixels, centred anywhere, cut off at the border."""
    inside = draw(key, 2, x) < dial(probability, x)
    for place, axis in ((0, -2), (1, -1)):
        start = (draw(key, place, x) * x.shape[axis]).floor() - (dial(size, x) / 2).floor()
        inside = inside & within(x, axis, start, dial(size, x).floor())
    return torch.where(inside, 0.0, x)


def erase(
    x: Tensor,
    key: Tensor,
    *,
    probability: Share = 0.5,
    smallest: Share = 0.02,
    largest: Share = 0.33,
    aspect: Annotated[float, Ge(1)] = 3.3,
) -> Tensor:
    """Blank a box inside the picture, of an area and an aspect drawn for each example.

    The area is uniform between shares of the picture, height / width uniform in its logarithm
    between 1 / aspect and aspect, as far as a box of that area fits.
    """
    high, wide = x.shape[-2], x.shape[-1]
    low, reach = dial(smallest, x), torch.log(dial(aspect, x))
    area = (low + draw(key, 0, x) * (dial(largest, x) - low)) * (high * wide)
    tallest = torch.minimum(reach, torch.log(high**2 / area))
    flattest = torch.maximum(-reach, torch.log(area / wide**2))
    ratio = torch.exp((flattest + draw(key, 1, x) * (tallest - flattest)) / 2)
    inside = draw(key, 2, x) < dial(probability, x)
    for place, axis, side in ((3, -2, area.sqrt() * ratio), (4, -1, area.sqrt() / ratio)):
        side = torch.minimum(side.round(), torch.full_like(side, x.shape[axis]))
        start = (draw(key, place, x) * (x.shape[axis] - side + 1)).floor()
        inside = inside & within(x, axis, start, side)
    return torch.where(inside, 0.0, x)


def colour_jitter(
    x: Tensor,
    key: Tensor,
    *,
    brightness: NonNegative = 0.2,
    contrast: NonNegative = 0.2,
    saturation: NonNegative = 0.2,
    hue: Annotated[float, Ge(0), Le(0.5)] = 0.0,
) -> Tensor:
    """Shift all values, stretch them about the picture's mean, and its colours about their grey.

    Hue turns the colours about the grey axis, by a share of the circle; it needs three of them.
    """
    lift, stretch, tint, turn = (2 * draw(key, place, x) - 1 for place in range(4))
    stretch = 1 + stretch * dial(contrast, x)
    grey = x.mean(dim=-3, keepdim=True)
    offset = lift * dial(brightness, x) + (1 - stretch) * grey.mean(dim=(-2, -1), keepdim=True)
    colour = stretch * (1 + tint * dial(saturation, x))
    if x.shape[-3] != 3 or not (isinstance(hue, Tensor) or hue > 0):
        return colour * x + ((stretch - colour) * grey + offset)
    angle = turn * dial(hue, x) * (2 * math.pi)
    across, colour = colour * angle.sin() / math.sqrt(3), colour * angle.cos()
    turned = across * (x.roll(1, dims=-3) - x.roll(-1, dims=-3))
    return colour * x + ((stretch - colour) * grey + offset) + turned


def affine(
    x: Tensor,
    key: Tensor,
    *,
    degrees: NonNegative = 10.0,
    scale: Share = 0.1,
    translate: Share = 0.1,
    shear: Annotated[float, Ge(0), Le(80)] = 0.0,
    probability: Share = 1.0,
) -> Tensor:
    """Slant, turn, zoom and shift by bilinear sampling; slant and turn in degrees."""
    turn, zoom, right, down = (2 * draw(key, place, x) - 1 for place in range(4))
    angle = turn * dial(degrees, x) * (math.pi / 180)
    slant = ((2 * draw(key, 5, x) - 1) * dial(shear, x) * (math.pi / 180)).tan()
    size = torch.exp(zoom * torch.log1p(dial(scale, x)))
    right, down = (2 * dial(translate, x) * shift for shift in (right, down))
    moved = (angle != 0) | (size != 1) | (right != 0) | (down != 0) | (slant != 0)
    warped = _sample(x, (angle, slant, size), (right, down))
    return torch.where(moved & (draw(key, 4, x) < dial(probability, x)), warped, x)


def trivial(x: Tensor, key: Tensor, *, strength: Share = 0.5) -> Tensor:
    """Change each picture in one way of eight, of which one is none, as strongly as it is drawn."""
    chosen = (draw(key, 0, x) * 8).floor()

    def only(place: int, largest: float) -> Any:
        return torch.where(chosen == place, largest * dial(strength, x), 0.0)

    x = affine(
        x,
        seeds.fold_in(key, 1),
        degrees=only(1, 60.0),
        scale=only(2, 1.0),
        translate=only(3, 0.5),
        shear=only(4, 45.0),
    )
    return colour_jitter(
        x,
        seeds.fold_in(key, 2),
        brightness=only(5, 1.0),
        contrast=only(6, 1.0),
        saturation=only(7, 1.0),
    )


def _sample(x: Tensor, turned: tuple[Tensor, ...], shift: tuple[Tensor, Tensor]) -> Tensor:
    """Sample pictures through the inverse map; offsets in half pictures."""
    (angle, slant, size), (right, down) = turned, shift
    high, wide = x.shape[-2], x.shape[-1]
    u = ((2 * line(x, -1) + 1) / wide - 1 - right) * wide
    v = ((2 * line(x, -2) + 1) / high - 1 - down) * high
    cos, sin = angle.cos() / size, angle.sin() / size
    across, along = u * cos + v * sin, v * cos - u * sin
    grid = torch.stack([(across + slant * along) / wide, along / high], dim=-1)
    warped = torch.nn.functional.grid_sample(
        x.flatten(0, 1), grid.flatten(0, 2), mode="bilinear", align_corners=False
    )
    return warped.reshape(x.shape)
