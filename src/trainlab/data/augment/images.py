"""Augmentations of pictures [P, B, C, H, W]; what enters from outside the picture is 0.

After centring, 0 is the mean colour.
"""

from __future__ import annotations

import math
from functools import reduce
from typing import Annotated, Any

import torch
from annotated_types import Ge, Le
from torch import Tensor

from trainlab import seeds
from trainlab.data.augment.moves import Move, mirrored, shifted
from trainlab.data.augment.row import (
    NonNegative,
    Share,
    blanked,
    chosen,
    dial,
    draws,
    line,
)

__all__ = ["affine", "colour_jitter", "crop", "cutout", "erase", "flip", "trivial"]


def flip(x: Tensor, key: Tensor, *, probability: Share = 0.5, vertical: Share = 0.0) -> Move:
    """Mirror left and right, and with another probability top and bottom."""
    right, down = (
        mirrored((drawn < dial(share, x)).flatten(1), length)
        for drawn, share, length in zip(
            draws(key, 2, x), (probability, vertical), (x.shape[-1], x.shape[-2]), strict=True
        )
    )
    return Move(down, right)


def crop(x: Tensor, key: Tensor, *, padding: NonNegative = 4) -> Move:
    """Shift by whole pixels, up to `padding` each way: pad and crop back to size."""
    reach = dial(padding, x).floor()
    down, right = (
        shifted(((drawn * (2 * reach + 1)).floor() - reach).to(torch.int64).flatten(1), length)
        for drawn, length in zip(draws(key, 2, x), x.shape[-2:], strict=True)
    )
    return Move(down, right)


def cutout(x: Tensor, key: Tensor, *, size: NonNegative = 8, probability: Share = 1.0) -> Tensor:
    """Blank a square of `size` pixels, centred anywhere, cut off at the border."""
    down, right, chance = draws(key, 3, x)
    side = dial(size, x)
    top, left = (
        (drawn * length).floor() - (side / 2).floor()
        for drawn, length in zip((down, right), x.shape[-2:], strict=True)
    )
    return blanked(x, chance < dial(probability, x), (top, side.floor()), (left, side.floor()))


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
    share, oblong, chance, down, right = draws(key, 5, x)
    low, reach = dial(smallest, x), torch.log(dial(aspect, x))
    area = (low + share * (dial(largest, x) - low)) * (high * wide)
    tallest = torch.minimum(reach, torch.log(high**2 / area))
    flattest = torch.maximum(-reach, torch.log(area / wide**2))
    ratio = torch.exp((flattest + oblong * (tallest - flattest)) / 2)
    tall = (area.sqrt() * ratio).round().clamp_max(high)
    broad = (area.sqrt() / ratio).round().clamp_max(wide)
    top, left = (down * (high - tall + 1)).floor(), (right * (wide - broad + 1)).floor()
    return blanked(x, chance < dial(probability, x), (top, tall), (left, broad))


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
    lift, stretch, tint, turn = (2 * drawn - 1 for drawn in draws(key, 4, x))
    stretch = 1 + stretch * dial(contrast, x)
    colours = x.shape[-3]
    total = reduce(torch.add, torch.split(x, 1, dim=-3))
    mean = total.mean(dim=-1, keepdim=True).mean(dim=-2, keepdim=True) / colours
    offset = lift * dial(brightness, x) + (1 - stretch) * mean
    colour = stretch * (1 + tint * dial(saturation, x))
    if turns := colours == 3 and (isinstance(hue, Tensor) or hue > 0):
        angle = turn * dial(hue, x) * (2 * math.pi)
        across, colour = colour * angle.sin() / math.sqrt(3), colour * angle.cos()
    turned = across * (x.roll(1, dims=-3) - x.roll(-1, dims=-3)) if turns else None
    shade = (total * ((stretch - colour) / colours)).add_(offset)
    torch.addcmul(shade, x, colour, out=x)
    return x if turned is None else x.add_(turned)


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
    turn, zoom, right, down, lean, chance = (2 * drawn - 1 for drawn in draws(key, 6, x))
    angle = turn * dial(degrees, x) * (math.pi / 180)
    slant = (lean * dial(shear, x) * (math.pi / 180)).tan()
    size = torch.exp(zoom * torch.log1p(dial(scale, x)))
    right, down = (2 * dial(translate, x) * shift for shift in (right, down))
    moved = (angle != 0) | (size != 1) | (right != 0) | (down != 0) | (slant != 0)
    warped = _sample(x, (angle, slant, size), (right, down))
    return chosen(moved & (chance < 2 * dial(probability, x) - 1), warped, x)


def trivial(x: Tensor, key: Tensor, *, strength: Share = 0.5) -> Tensor:
    """Change each picture in one way of eight, of which one is none, as strongly as it is drawn."""
    way = (draws(key, 1, x)[0] * 8).floor()

    def only(place: int, largest: float) -> Any:
        return torch.where(way == place, largest * dial(strength, x), 0.0)

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
    across = torch.complex(u * ((cos - slant * sin) / wide), u * (-sin / high))
    along = torch.complex(v * ((sin + slant * cos) / wide), v * (cos / high))
    grid = torch.view_as_real(across + along)
    warped = torch.nn.functional.grid_sample(
        x.flatten(0, 1), grid.flatten(0, 2), mode="bilinear", align_corners=False
    )
    return warped.reshape(x.shape)
