"""Methods that rotate the feature space onto its principal axes: PCA, PCA and ZCA whitening.

The covariance is that of the sample, 1/(n - 1), and its eigenvectors are signed so that the
largest entry of each is positive, both as in scikit-learn. Images and sequences are flattened;
ZCA gives them their shape back, PCA makes them vectors.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import torch
from annotated_types import Ge, Gt, Le
from torch import Tensor

from trainlab.data.preprocess.method import Features, Learned, Method, Pieces, moments
from trainlab.errors import DataError

__all__ = ["pca", "pca_whiten", "zca_whiten"]

Components = Annotated[int, Ge(1)] | None
Share = Annotated[float, Gt(0), Le(1)] | None
Eps = Annotated[float, Ge(0)]


def pca(*, components: Components = None, variance: Share = None) -> Method:
    """Keep the leading principal components: so many, or enough for a share of the variance."""

    def fit(pieces: Pieces) -> Learned:
        mean, values, axes, shape = _principal_axes(pieces)
        kept = axes[:, : _count(values, components, variance)]
        return _learned(mean, kept, kept.T, shape)

    return Method(fit, _to_vector, _from_vector)


def pca_whiten(*, eps: Eps = 1e-5, components: Components = None, variance: Share = None) -> Method:
    """Rotate onto the principal axes and divide each by sqrt(variance + eps)."""

    def fit(pieces: Pieces) -> Learned:
        mean, values, axes, shape = _principal_axes(pieces)
        count = _count(values, components, variance)
        width = _width(values[:count], eps)
        kept = axes[:, :count]
        return _learned(mean, kept / width, (kept * width).T, shape)

    return Method(fit, _to_vector, _from_vector)


def zca_whiten(*, eps: Eps = 1e-2) -> Method:
    """Whiten by the symmetric matrix, the whitening nearest to the original picture."""

    def fit(pieces: Pieces) -> Learned:
        mean, values, axes, shape = _principal_axes(pieces)
        width = _width(values, eps)
        return _learned(mean, (axes / width) @ axes.T, (axes * width) @ axes.T, shape)

    def apply(features: Features, known: Learned) -> Features:
        flat = (features.x.flatten(1) - known["mean"]) @ known["matrix"]
        return features.with_x(flat.reshape(features.x.shape))

    def invert(features: Features, known: Learned) -> Features:
        flat = features.x.flatten(1) @ known["inverse"] + known["mean"]
        return features.with_x(flat.reshape(features.x.shape))

    return Method(fit, apply, invert)


def _principal_axes(pieces: Pieces) -> tuple[Tensor, Tensor, Tensor, Features]:
    """Give mean [1, d], variances [d] falling, axes [d, d] in columns, and one piece."""
    mean, _ = moments(pieces)
    mean, n = mean.flatten(1), 0
    scatter = torch.zeros(mean.shape[1], mean.shape[1], dtype=torch.float64)
    first = None
    for piece in pieces():
        centred = piece.x.flatten(1) - mean
        scatter, n, first = scatter + centred.T @ centred, n + len(centred), first or piece
    if first is None or n < 2:
        raise DataError(f"principal axes need two examples at least, there are {n}")
    values, axes = torch.linalg.eigh(scatter / (n - 1))
    values, axes = values.flip(0).clamp_min(0), axes.flip(1)
    largest = axes.gather(0, axes.abs().argmax(0, keepdim=True))
    return mean, values, axes * largest.sign(), first


def _count(values: Tensor, components: int | None, variance: float | None) -> int:
    if components is not None and variance is not None:
        raise DataError("pca takes `components` or `variance`, not both", where="data.preprocess")
    if components is not None and components > len(values):
        raise DataError(
            f"pca cannot give {components} components of {len(values)} features",
            where="data.preprocess",
            next_step=f"give components from 1 to {len(values)}",
        )
    if components is not None:
        return components
    if variance is None or float(values.sum()) == 0:
        return len(values)
    share = values.cumsum(0) / values.sum()
    return min(int((share < variance).sum()) + 1, len(values))


def _width(values: Tensor, eps: float) -> Tensor:
    """Give sqrt(variance + eps), and 1 along an axis without variance when eps is 0."""
    width = (values + eps).sqrt()
    return torch.where(width < 1e-12 * width.max().clamp_min(1e-300), 1.0, width)


def _learned(mean: Tensor, matrix: Tensor, inverse: Tensor, first: Features) -> Learned:
    tensors = {"mean": mean, "matrix": matrix.contiguous(), "inverse": inverse.contiguous()}
    return Learned(tensors, {"shape": list(first.x.shape[1:]), "layout": first.layout})


def _to_vector(features: Features, known: Learned) -> Features:
    x = (features.x.flatten(1) - known["mean"]) @ known["matrix"]
    names = tuple(f"pc{axis + 1}" for axis in range(x.shape[1]))
    return replace(features, x=x, layout="vector", names=names)


def _from_vector(features: Features, known: Learned) -> Features:
    flat = features.x @ known["inverse"] + known["mean"]
    return replace(
        features, x=flat.reshape(-1, *known.words["shape"]), layout=known.words["layout"], names=()
    )
