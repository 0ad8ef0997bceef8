"""Methods that shift and scale each feature, pixel or channel by itself: `(x - shift) / scale`."""

from __future__ import annotations

from typing import Annotated

import torch
from annotated_types import Ge, Le
from torch import Tensor

from trainlab.data.preprocess.method import Learned, Method, Pieces, affine, moments
from trainlab.errors import DataError

__all__ = [
    "channel_mean",
    "channel_standardize",
    "l2_normalize",
    "mean_image",
    "min_max",
    "robust",
    "standardize",
]

Percent = Annotated[float, Ge(0), Le(100)]


def standardize() -> Method:
    """Give each feature mean 0 and standard deviation 1."""
    return affine(moments)


def channel_standardize() -> Method:
    """Give each channel mean 0 and standard deviation 1."""
    return affine(lambda pieces: moments(pieces, per_channel=True))


def mean_image() -> Method:
    """Subtract each pixel's mean."""
    return affine(lambda pieces: _shift_only(pieces, per_channel=False))


def channel_mean() -> Method:
    """Subtract each channel's mean."""
    return affine(lambda pieces: _shift_only(pieces, per_channel=True))


def min_max(*, low: float = 0.0, high: float = 1.0) -> Method:
    """Map each feature's range in the training split to low .. high."""
    if not low < high:
        raise DataError(
            f"min_max needs low < high, not {low:g} and {high:g}", where="data.preprocess"
        )

    def fit(pieces: Pieces) -> tuple[Tensor, Tensor]:
        lows = [piece.x.amin(0, keepdim=True) for piece in pieces()]
        highs = [piece.x.amax(0, keepdim=True) for piece in pieces()]
        least, most = torch.cat(lows).amin(0, keepdim=True), torch.cat(highs).amax(0, keepdim=True)
        scale = _not_zero(most - least) / (high - low)
        return least - low * scale, scale

    return affine(fit)


def robust(*, lower: Percent = 25.0, upper: Percent = 75.0) -> Method:
    """Subtract the median and divide by the distance between two percentiles."""
    if not lower < upper:
        raise DataError(
            f"robust needs lower < upper, not {lower:g} and {upper:g}", where="data.preprocess"
        )

    def fit(pieces: Pieces) -> tuple[Tensor, Tensor]:
        import numpy as np

        whole = torch.cat([piece.x for piece in pieces()]).numpy()
        low, middle, high = np.percentile(whole, [lower, 50, upper], axis=0, keepdims=True)
        return torch.from_numpy(middle), _not_zero(torch.from_numpy(high - low))

    return affine(fit)


def l2_normalize() -> Method:
    """Divide each example by its Euclidean length; an example of zeros stays as it is."""
    return Method(
        fit=lambda pieces: Learned(),
        apply=lambda f, known: f.with_x(f.x / _not_zero(_lengths(f.x))),
    )


def _shift_only(pieces: Pieces, *, per_channel: bool) -> tuple[Tensor, Tensor]:
    mean, _ = moments(pieces, per_channel=per_channel)
    return mean, torch.ones_like(mean)


def _lengths(x: Tensor) -> Tensor:
    return x.flatten(1).square().sum(1).sqrt().reshape(-1, *(1 for _ in x.shape[1:]))


def _not_zero(scale: Tensor) -> Tensor:
    """Let a constant feature be divided by 1; below 10 eps is constant, as in scikit-learn."""
    return torch.where(scale < 10 * torch.finfo(torch.float64).eps, 1.0, scale)
