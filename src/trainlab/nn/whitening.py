"""Batch normalisations that also decorrelate the channels of a group, in the manner of torch's.

Training: y = gamma * W (x - mean_B) + beta, with W = cov_B^(-1/2) of each group of channels (ZCA:
of all whitenings the one that changes x least). Evaluation: the running mean and the running W.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial

import torch
from torch import Tensor, nn

from trainlab.errors import NetworkError
from trainlab.nn.covariance import inverse_root, iterated_inverse_root, moments

__all__ = [
    "DecorrelatedBatchNorm1d",
    "DecorrelatedBatchNorm2d",
    "IterNorm1d",
    "IterNorm2d",
    "Whitening",
    "width_of_groups",
]


class Whitening(nn.Module):
    """What the four layers share; `root(cov [G, D, D])` gives their W.

    `momentum: None` is the plain average over batches, as in torch. Statistics are taken in single
    precision at least, also under autocast.
    """

    weight: nn.Parameter | None
    bias: nn.Parameter | None
    running_mean: Tensor
    running_whitening: Tensor
    num_batches_tracked: Tensor
    axes: tuple[int, ...] = (2, 3)
    """How many axes an input may have."""

    def __init__(
        self,
        root: Callable[[Tensor], Tensor],
        num_features: int,
        momentum: float | None,
        affine: bool,
        track_running_stats: bool,
        group_width: int | None,
    ) -> None:
        super().__init__()
        self.root, self.num_features, self.momentum = root, num_features, momentum
        self.track_running_stats = track_running_stats
        self.group_width = width_of_groups(num_features, group_width)
        groups = num_features // self.group_width
        for name in ("weight", "bias"):
            free = nn.Parameter(torch.empty(num_features)) if affine else None
            self.register_parameter(name, free)
        if track_running_stats:
            square = (groups, self.group_width, self.group_width)
            self.register_buffer("running_mean", torch.empty(num_features))
            self.register_buffer("running_whitening", torch.empty(square))
            self.register_buffer("num_batches_tracked", torch.tensor(0, dtype=torch.int64))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Set gains to 1, biases to 0, and forget the running statistics."""
        self.reset_running_stats()
        if self.weight is not None and self.bias is not None:
            nn.init.ones_(self.weight)
            nn.init.zeros_(self.bias)

    def reset_running_stats(self) -> None:
        """Set the running mean to 0 and the running whitening to the identity."""
        if self.track_running_stats:
            eye = torch.eye(self.group_width).expand_as(self.running_whitening)
            self.running_mean.zero_()
            self.running_whitening.copy_(eye)
            self.num_batches_tracked.zero_()

    def forward(self, x: Tensor) -> Tensor:
        """Normalise [B, C], [B, C, T] (1d) or [B, C, H, W] (2d)."""
        self._check(x)
        with _without_autocast(x.device.type):
            wide = x.to(torch.promote_types(x.dtype, torch.float32))
            return self._normalise(wide).to(x.dtype)

    def _normalise(self, x: Tensor) -> Tensor:
        groups = (self.num_features // self.group_width, self.group_width)
        flat = x.dim() == 2
        seen = torch.unflatten(x.mT[None] if flat else x.flatten(2), 1, groups)
        if self.training or not self.track_running_stats:
            mean, whiten = self._of_batch(seen)
        else:
            mean, whiten = self.running_mean.reshape(groups).to(x), self.running_whitening.to(x)
        if self.weight is not None:
            whiten = self.weight.reshape(*groups, 1) * whiten
        offset = -whiten @ mean.unsqueeze(-1)
        if self.bias is not None:
            offset = offset + self.bias.reshape(*groups, 1)
        y = torch.matmul(whiten, seen).add_(offset)
        return y[0].flatten(0, 1).mT if flat else y.reshape(x.shape)

    def _of_batch(self, seen: Tensor) -> tuple[Tensor, Tensor]:
        mean, covariance = moments(seen)
        whiten = self.root(covariance)
        if self.training and self.track_running_stats:
            self._track(mean.detach().flatten(), whiten.detach())
        return mean, whiten

    def _track(self, mean: Tensor, whiten: Tensor) -> None:
        self.num_batches_tracked.add_(1)
        plain = 1 / self.num_batches_tracked.to(mean.dtype)
        share = plain if self.momentum is None else self.momentum
        self.running_mean.mul_(1 - share).add_(mean * share)
        self.running_whitening.mul_(1 - share).add_(whiten * share)

    def _check(self, x: Tensor) -> None:
        if x.dim() not in self.axes or x.shape[1] != self.num_features:
            raise NetworkError(
                f"{type(self).__name__} takes [B, {self.num_features}, ...] of "
                f"{' or '.join(map(str, self.axes))} axes, not {list(x.shape)}"
            )
        if self.training and x.numel() <= self.num_features:
            raise NetworkError(
                f"{type(self).__name__} needs more than one value per channel while training, "
                f"not {list(x.shape)}",
                next_step="raise train.batch_size",
            )

    def extra_repr(self) -> str:
        """Show the sizes."""
        return f"{self.num_features}, group_width={self.group_width}, momentum={self.momentum}"


class DecorrelatedBatchNorm2d(Whitening):
    """Decorrelated batch normalisation of images (Huang et al. 2018): W by eigendecomposition.

    `group_width` channels are whitened together and must divide `num_features`; by default the
    divisor nearest to 16. It should be well below the number of values per channel in a batch.
    """

    axes: tuple[int, ...] = (4,)

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        *,
        group_width: int | None = None,
    ) -> None:
        root = partial(inverse_root, eps=eps)
        super().__init__(root, num_features, momentum, affine, track_running_stats, group_width)


class DecorrelatedBatchNorm1d(DecorrelatedBatchNorm2d):
    """The same of vectors [B, C] or sequences [B, C, T]."""

    axes: tuple[int, ...] = (2, 3)


class IterNorm2d(Whitening):
    """Iterative normalisation of images (Huang et al. 2019): W by `steps` Newton-Schulz steps.

    Cheaper than an eigendecomposition on a GPU, and never whitens quite: directions of little
    variance stay small, which is less noisy. Groups as in DecorrelatedBatchNorm2d.
    """

    axes: tuple[int, ...] = (4,)

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        *,
        group_width: int | None = None,
        steps: int = 5,
    ) -> None:
        root = partial(iterated_inverse_root, eps=eps, steps=steps)
        super().__init__(root, num_features, momentum, affine, track_running_stats, group_width)


class IterNorm1d(IterNorm2d):
    """The same of vectors [B, C] or sequences [B, C, T]."""

    axes: tuple[int, ...] = (2, 3)


def width_of_groups(channels: int, wanted: int | None) -> int:
    """Give the channels that are whitened together: as wanted, or the divisor nearest to 16.

    Raises NetworkError with the divisors where the wanted width does not divide the channels.
    """
    known = [width for width in range(1, channels + 1) if channels % width == 0]
    if wanted is None:
        return min(known, key=lambda width: abs(math.log(width / 16)))
    if wanted not in known:
        raise NetworkError(
            f"groups of {wanted} channels do not divide {channels} channels",
            allowed=[str(width) for width in known],
            next_step="set norm.group_width to one of them, or leave it out",
        )
    return wanted


def _without_autocast(device: str) -> AbstractContextManager[object]:
    known = torch.amp.is_autocast_available(device)
    return torch.autocast(device, enabled=False) if known else nullcontext()
