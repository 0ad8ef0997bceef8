"""Images as PNGs inside a page."""

from __future__ import annotations

import base64
import io

import torch
from torch import Tensor

__all__ = ["NARROW", "picture", "stretched"]

NARROW = 96
"""Pixels below which a browser should show pixels as squares."""


def picture(pixels: Tensor) -> str:
    """Encode one image [C, H, W] or [H, W], C of 1 or 3, uint8 or 0 .. 1, as a PNG data URI."""
    from PIL import Image

    plane = pixels if pixels.dim() == 2 else pixels.movedim(0, -1).squeeze(-1)
    if plane.dtype != torch.uint8:
        plane = (plane.double().clamp(0, 1) * 255).round().to(torch.uint8)
    file = io.BytesIO()
    Image.fromarray(plane.contiguous().numpy()).save(file, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def stretched(pixels: Tensor, like: Tensor) -> Tensor:
    """Bring pixels to the range that a picture has: as they are, or by one stretch for all alike.

    Bytes, and values that have the range 0 .. 1, stay as they are.
    """
    if like.dtype == torch.uint8 or (like.min() >= 0 and like.max() <= 1):
        return pixels
    low, high = like.min(), like.max()
    return (pixels - low) / (high - low).clamp(min=1e-12)
