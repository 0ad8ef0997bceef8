"""Normalisations that torch lacks, or has without a rule for a member axis."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils import parametrize

__all__ = ["BatchRenorm", "ChannelRMSNorm", "GhostBatchNorm", "WeightNorm", "weight_norm"]


class WeightNorm(nn.Module):
    """Write a weight as w = gain * v / |v|, a length and a direction per output unit.

    Torch's own `weight_norm` computes the same by a kernel that has no batching rule. Here the gain
    is a vector, so that weight decay leaves it alone as every norm's.
    """

    def forward(self, gain: Tensor, v: Tensor) -> Tensor:
        """Give the weight: gain [out], v [out, ...] -> [out, ...]."""
        length = torch.linalg.vector_norm(v.flatten(1), dim=1)
        scale: Tensor = gain / length
        return v * scale.reshape(-1, *(1 for _ in v.shape[1:]))

    def right_inverse(self, weight: Tensor) -> tuple[Tensor, Tensor]:
        """Give gain and direction of a weight: what an assignment stores."""
        return torch.linalg.vector_norm(weight.flatten(1), dim=1), weight


def weight_norm(layer: nn.Module) -> nn.Module:
    """Put a linear map's weight under weight normalisation, at its present value."""
    parametrize.register_parametrization(layer, "weight", WeightNorm())
    return layer


class ChannelRMSNorm(nn.Module):
    """RMS normalisation of an image: one mean square over C, H, W, one gain per channel."""

    def __init__(self, channels: int, eps: float = 1e-6) -> None:
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(channels))

    def reset_parameters(self) -> None:
        """Set the gains to 1."""
        nn.init.ones_(self.weight)

    def forward(self, x: Tensor) -> Tensor:
        """Normalise [B, C, ...]."""
        axes = tuple(range(1, x.dim()))
        scale = x.square().mean(dim=axes, keepdim=True).add(self.eps).rsqrt()
        return x * (scale * self.weight.reshape(-1, *(1 for _ in axes[1:])))


class BatchRenorm(nn.Module):
    """Batch normalisation corrected towards the running statistics (Ioffe 2017, algorithm 1).

    Training: y = (x - mu_B) / sigma_B * r + d, with r = sigma_B / sigma and d = (mu_B - mu) / sigma
    cut to [1 / r_max, r_max] and [-d_max, d_max] and held constant in the backward pass. The limits
    open from plain batch normalisation linearly between `warmup` and 2 * `warmup` steps.
    """

    running_mean: Tensor
    running_var: Tensor
    num_batches_tracked: Tensor

    def __init__(
        self,
        channels: int,
        r_max: float = 3.0,
        d_max: float = 5.0,
        warmup: int = 500,
        momentum: float = 0.1,
        eps: float = 1e-5,
    ) -> None:
        super().__init__()
        self.r_max, self.d_max, self.warmup = r_max, d_max, warmup
        self.momentum, self.eps = momentum, eps
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.register_buffer("running_mean", torch.zeros(channels))
        self.register_buffer("running_var", torch.ones(channels))
        self.register_buffer("num_batches_tracked", torch.tensor(0, dtype=torch.int64))

    def reset_parameters(self) -> None:
        """Set gains to 1, biases to 0, and forget the running statistics."""
        self.reset_running_stats()
        nn.init.ones_(self.weight)
        nn.init.zeros_(self.bias)

    def reset_running_stats(self) -> None:
        """Set the running mean to 0 and the running variance to 1."""
        self.running_mean.zero_()
        self.running_var.fill_(1)
        self.num_batches_tracked.zero_()

    def forward(self, x: Tensor) -> Tensor:
        """Normalise [B, C, ...]."""
        if not self.training:
            scale = self.weight * (self.running_var + self.eps).rsqrt()
            return _affine(x, scale, self.bias - self.running_mean * scale)
        mean, var = torch.zeros_like(self.running_mean), torch.zeros_like(self.running_var)
        y = F.batch_norm(x, mean, var, None, None, True, 1.0, self.eps)  # and the batch's moments
        share = 1 - x.shape[1] / x.numel()  # var is the unbiased one, as in torch
        r, d = self._correction(mean, (share * var + self.eps).sqrt())
        self._track(mean, var)
        return _affine(y, self.weight * r, self.weight * d + self.bias)

    def _correction(self, mean: Tensor, sigma: Tensor) -> tuple[Tensor, Tensor]:
        opened = (self.num_batches_tracked.to(mean.dtype) / self.warmup - 1).clamp(0, 1)
        r_max, d_max = 1 + opened * (self.r_max - 1), opened * self.d_max
        running = (self.running_var + self.eps).sqrt()
        r = torch.minimum(torch.maximum(sigma / running, 1 / r_max), r_max)
        d = torch.minimum(torch.maximum((mean - self.running_mean) / running, -d_max), d_max)
        return r, d

    def _track(self, mean: Tensor, var: Tensor) -> None:
        self.running_mean.mul_(1 - self.momentum).add_(mean * self.momentum)
        self.running_var.mul_(1 - self.momentum).add_(var * self.momentum)
        self.num_batches_tracked.add_(1)


class GhostBatchNorm(nn.Module):
    """Batch normalisation over parts of the batch (Hoffer, Hubara & Soudry 2017, algorithm 1).

    Training splits the batch into parts of `size` examples, each with its own statistics; the
    running ones move once per part.
    """

    running_mean: Tensor
    running_var: Tensor

    def __init__(
        self, channels: int, size: int = 32, momentum: float = 0.1, eps: float = 1e-5
    ) -> None:
        super().__init__()
        self.size, self.momentum, self.eps = size, momentum, eps
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.register_buffer("running_mean", torch.zeros(channels))
        self.register_buffer("running_var", torch.ones(channels))

    def reset_parameters(self) -> None:
        """Set gains to 1, biases to 0, and forget the running statistics."""
        self.reset_running_stats()
        nn.init.ones_(self.weight)
        nn.init.zeros_(self.bias)

    def reset_running_stats(self) -> None:
        """Set the running mean to 0 and the running variance to 1."""
        self.running_mean.zero_()
        self.running_var.fill_(1)

    def forward(self, x: Tensor) -> Tensor:
        """Normalise [B, C, ...]; a last part shorter than `size` joins the others evenly."""
        parts = max(1, x.shape[0] // self.size) if self.training else 1
        return torch.cat([self._batch_norm(part) for part in x.tensor_split(parts)])

    def _batch_norm(self, x: Tensor) -> Tensor:
        return F.batch_norm(
            x,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            self.training,
            self.momentum,
            self.eps,
        )


def _affine(x: Tensor, scale: Tensor, offset: Tensor) -> Tensor:
    """Scale and shift each channel of x [B, C, ...]."""
    wide = (-1, *(1 for _ in x.shape[2:]))
    return torch.addcmul(offset.reshape(wide), x, scale.reshape(wide))
