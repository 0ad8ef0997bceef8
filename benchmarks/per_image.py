"""Augmentation one picture at a time, as torchvision's transforms do it on tensors and on PIL.

torchvision cannot be a dependency, so this is its functional code written down: the same draws from
torch's generator, the same operations in the same order, without its checks of types and modes.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import torch
from PIL import Image, ImageEnhance, ImageOps
from torch import Tensor
from torch.nn import functional

__all__ = ["MEAN", "PIPELINES", "STD"]

PADDING, STRENGTH, DEGREES, SHIFT, ZOOM = 4, 0.2, 10.0, 0.1, (0.9, 1.1)
MEAN, STD = torch.tensor([0.49, 0.48, 0.45]), torch.tensor([0.25, 0.24, 0.26])


def between(low: float, high: float) -> float:
    """Draw one number, as torchvision does."""
    return float(torch.empty(1).uniform_(low, high))


def place(most: int) -> int:
    """Draw a whole number from 0 to `most`."""
    return int(torch.randint(0, most + 1, size=(1,)))


def on_tensors(pixels: Tensor) -> Tensor:
    """Augment uint8 [C, H, W] by operations on one float picture."""
    picture = pixels.float() / 255
    high, wide = picture.shape[-2:]
    picture = functional.pad(picture, [PADDING] * 4)
    top, left = place(2 * PADDING), place(2 * PADDING)
    picture = picture[..., top : top + high, left : left + wide]
    if torch.rand(1) < 0.5:
        picture = picture.flip(-1)
    factors = [between(1 - STRENGTH, 1 + STRENGTH) for _ in range(3)]
    for change in torch.randperm(3).tolist():
        other = (black, mean_grey, grey)[change](picture)
        factor = factors[change]
        picture = (factor * picture + (1 - factor) * other).clamp(0, 1)
    picture = sampled(picture, inverse_matrix(high, wide))
    return normalised(erased(picture))


def on_pil(pixels: Tensor) -> Tensor:
    """Augment uint8 [C, H, W] by PIL, and make it a tensor before it is erased."""
    picture = Image.fromarray(pixels.permute(1, 2, 0).numpy())
    wide, high = picture.size
    picture = ImageOps.expand(picture, border=PADDING)
    top, left = place(2 * PADDING), place(2 * PADDING)
    picture = picture.crop((left, top, left + wide, top + high))
    if torch.rand(1) < 0.5:
        picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    factors = [between(1 - STRENGTH, 1 + STRENGTH) for _ in range(3)]
    kinds = (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color)
    for change in torch.randperm(3).tolist():
        picture = kinds[change](picture).enhance(factors[change])
    matrix = inverse_matrix(high, wide)
    matrix[2] += wide * 0.5 - matrix[0] * wide * 0.5 - matrix[1] * high * 0.5
    matrix[5] += high * 0.5 - matrix[3] * wide * 0.5 - matrix[4] * high * 0.5
    picture = picture.transform(
        (wide, high), Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR
    )
    tensor = torch.from_numpy(np.array(picture)).permute(2, 0, 1).contiguous().float() / 255
    return normalised(erased(tensor))


def black(picture: Tensor) -> Tensor:
    return torch.zeros_like(picture)


def grey(picture: Tensor) -> Tensor:
    red, green, blue = picture.unbind(dim=-3)
    return (0.2989 * red + 0.587 * green + 0.114 * blue).unsqueeze(dim=-3)


def mean_grey(picture: Tensor) -> Tensor:
    return grey(picture).mean(dim=(-3, -2, -1), keepdim=True)


def inverse_matrix(high: int, wide: int) -> list[float]:
    """Draw a turn, a zoom and a shift; give the inverse map about the middle."""
    angle = math.radians(between(-DEGREES, DEGREES))
    right = round(between(-SHIFT * wide, SHIFT * wide))
    down = round(between(-SHIFT * high, SHIFT * high))
    zoom = between(*ZOOM)
    cos, sin = math.cos(angle) / zoom, math.sin(angle) / zoom
    return [cos, sin, -cos * right - sin * down, -sin, cos, sin * right - cos * down]


def sampled(picture: Tensor, matrix: list[float]) -> Tensor:
    """Sample a picture through an inverse map, by a grid of its own."""
    high, wide = picture.shape[-2:]
    theta = torch.tensor(matrix).reshape(1, 2, 3)
    base = torch.empty(1, high, wide, 3)
    base[..., 0].copy_(torch.linspace(-wide * 0.5 + 0.5, wide * 0.5 - 0.5, steps=wide))
    column = torch.linspace(-high * 0.5 + 0.5, high * 0.5 - 0.5, steps=high).unsqueeze_(-1)
    base[..., 1].copy_(column)
    base[..., 2].fill_(1)
    scaled = theta.transpose(1, 2) / torch.tensor([0.5 * wide, 0.5 * high])
    grid = base.view(1, high * wide, 3).bmm(scaled).view(1, high, wide, 2)
    return functional.grid_sample(picture[None], grid, align_corners=False)[0]


def erased(picture: Tensor) -> Tensor:
    """Blank a box of 2 to 33 percent of the picture, with probability one half."""
    if torch.rand(1) >= 0.5:
        return picture
    high, wide = picture.shape[-2:]
    for _ in range(10):
        area = high * wide * between(0.02, 0.33)
        aspect = math.exp(between(math.log(0.3), math.log(3.3)))
        h, w = round(math.sqrt(area * aspect)), round(math.sqrt(area / aspect))
        if h < high and w < wide:
            top, left = place(high - h), place(wide - w)
            picture = picture.clone()
            picture[..., top : top + h, left : left + w] = 0
            break
    return picture


def normalised(picture: Tensor) -> Tensor:
    return picture.clone().sub_(MEAN[:, None, None]).div_(STD[:, None, None])


PIPELINES: dict[str, Callable[[Tensor], Tensor]] = {"tensors": on_tensors, "pil": on_pil}
