"""The laws that fill one weight: `law(weight, generator, site, **options)`, in place.

Drawn by `torch.nn.init` from the given generator; the spread of those that torch ties to its own
list of activations is computed here, from the fan and the gain.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Literal

import torch
from annotated_types import Ge, Gt, Lt
from torch import Generator, Tensor, nn

__all__ = [
    "Site",
    "constant",
    "depth_scaled",
    "fans",
    "he_normal",
    "he_uniform",
    "identity",
    "lecun_normal",
    "lecun_uniform",
    "lsuv",
    "normal",
    "orthogonal",
    "sparse",
    "truncated_normal",
    "uniform",
    "xavier_normal",
    "xavier_uniform",
    "zeros",
]

Gain = float | Literal["activation"]
"""A factor on the spread, or `activation`: that of the activation which follows the weight."""
Fan = Literal["fan_in", "fan_out", "fan_average"]
TRANSPOSED = (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)


@dataclass(frozen=True, kw_only=True)
class Site:
    """Where a weight stands in its network: what a law may depend on besides the weight."""

    module: nn.Module
    weight: str
    """The parameter's name within the module."""
    gain: float = 1.0
    """The gain of the activation that follows."""
    blocks: int = 1
    """2 L for the last weight of one of L residual branches, otherwise 1."""


def fans(weight: Tensor, module: nn.Module) -> tuple[float, float]:
    """Give a weight's fan-in and fan-out: for a convolution k * k * C_in and k * k * C_out.

    A transposed one holds its weight as [C_in, C_out], so that torch.nn.init, which sees the weight
    alone, takes its fans for each other; of stride s, k * k / (s * s) of its field meet an output.
    """
    field = math.prod(weight.shape[2:])
    if isinstance(module, TRANSPOSED):
        meeting = weight.shape[0] // module.groups * field / math.prod(module.stride)
        return meeting, weight.shape[1] * field
    return weight.shape[1] * field, weight.shape[0] * field


def zeros(weight: Tensor, generator: Generator | None, site: Site) -> None:
    """W = 0."""
    nn.init.zeros_(weight)


def constant(
    weight: Tensor, generator: Generator | None, site: Site, *, value: float = 0.1
) -> None:
    """W = value."""
    nn.init.constant_(weight, value)


def normal(
    weight: Tensor,
    generator: Generator | None,
    site: Site,
    *,
    mean: float = 0.0,
    std: Annotated[float, Ge(0)] = 0.01,
) -> None:
    """W ~ N(mean, std^2)."""
    nn.init.normal_(weight, mean, std, generator=generator)


def uniform(
    weight: Tensor,
    generator: Generator | None,
    site: Site,
    *,
    bound: Annotated[float, Ge(0)] = 0.05,
) -> None:
    """W ~ U(-bound, bound)."""
    nn.init.uniform_(weight, -bound, bound, generator=generator)


def truncated_normal(
    weight: Tensor,
    generator: Generator | None,
    site: Site,
    *,
    std: Annotated[float, Ge(0)] = 0.02,
    cut: Annotated[float, Gt(0)] = 2.0,
) -> None:
    """W ~ N(0, std^2) given |W| < cut * std."""
    nn.init.trunc_normal_(weight, 0.0, std, -cut * std, cut * std, generator=generator)


def xavier_normal(
    weight: Tensor, generator: Generator | None, site: Site, *, gain: Gain = 1.0
) -> None:
    """W ~ N(0, gain^2 * 2 / (fan_in + fan_out))."""
    std = _std(weight, site, gain, "fan_average")
    nn.init.normal_(weight, 0.0, std, generator=generator)


def xavier_uniform(
    weight: Tensor, generator: Generator | None, site: Site, *, gain: Gain = 1.0
) -> None:
    """W ~ U(-r, r), r = gain * sqrt(6 / (fan_in + fan_out))."""
    bound = math.sqrt(3) * _std(weight, site, gain, "fan_average")
    nn.init.uniform_(weight, -bound, bound, generator=generator)


def lecun_normal(
    weight: Tensor, generator: Generator | None, site: Site, *, gain: Gain = 1.0
) -> None:
    """W ~ N(0, gain^2 / fan_in)."""
    nn.init.normal_(weight, 0.0, _std(weight, site, gain, "fan_in"), generator=generator)


def lecun_uniform(
    weight: Tensor, generator: Generator | None, site: Site, *, gain: Gain = 1.0
) -> None:
    """W ~ U(-r, r), r = gain * sqrt(3 / fan_in)."""
    bound = math.sqrt(3) * _std(weight, site, gain, "fan_in")
    nn.init.uniform_(weight, -bound, bound, generator=generator)


def he_normal(
    weight: Tensor,
    generator: Generator | None,
    site: Site,
    *,
    gain: Gain = "activation",
    mode: Literal["fan_in", "fan_out"] = "fan_in",
) -> None:
    """W ~ N(0, gain^2 / fan)."""
    nn.init.normal_(weight, 0.0, _std(weight, site, gain, mode), generator=generator)


def he_uniform(
    weight: Tensor,
    generator: Generator | None,
    site: Site,
    *,
    gain: Gain = "activation",
    mode: Literal["fan_in", "fan_out"] = "fan_in",
) -> None:
    """W ~ U(-r, r), r = gain * sqrt(3 / fan)."""
    bound = math.sqrt(3) * _std(weight, site, gain, mode)
    nn.init.uniform_(weight, -bound, bound, generator=generator)


def orthogonal(
    weight: Tensor, generator: Generator | None, site: Site, *, gain: Gain = "activation"
) -> None:
    """W = gain * Q of the QR decomposition of a Gaussian; filters are flattened to rows."""
    nn.init.orthogonal_(weight, _gain(site, gain), generator=generator)


def lsuv(
    weight: Tensor,
    generator: Generator | None,
    site: Site,
    *,
    tolerance: Annotated[float, Gt(0)] = 0.01,
    passes: Annotated[int, Gt(0)] = 10,
) -> None:
    """W = Q: the start of layer-sequential unit variance, whose options are for what follows."""
    nn.init.orthogonal_(weight, generator=generator)


def identity(weight: Tensor, generator: Generator | None, site: Site) -> None:
    """W = I, or for filters the Dirac delta: the layer passes its input on."""
    (nn.init.eye_ if weight.dim() == 2 else nn.init.dirac_)(weight)


def sparse(
    weight: Tensor,
    generator: Generator | None,
    site: Site,
    *,
    sparsity: Annotated[float, Ge(0), Lt(1)] = 0.9,
    std: Annotated[float, Ge(0)] = 0.01,
) -> None:
    """W ~ N(0, std^2), then a share `sparsity` of each column is set to 0: never all of it.

    As `torch.nn.init.sparse_`, which however shuffles by the global generator.
    """
    rows = weight.flatten(1)
    zeros = min(math.ceil(sparsity * len(rows)), len(rows) - 1)
    nn.init.normal_(rows, 0.0, std, generator=generator)
    order = torch.rand(rows.shape, generator=generator).argsort(dim=0)
    rows.scatter_(0, order[:zeros], 0.0)


def depth_scaled(
    weight: Tensor, generator: Generator | None, site: Site, *, gain: Gain = "activation"
) -> None:
    """W ~ N(0, gain^2 / fan_in), over 2 L for the last weight of each of L residual branches."""
    std = _std(weight, site, gain, "fan_in") / math.sqrt(site.blocks)
    nn.init.normal_(weight, 0.0, std, generator=generator)


def _gain(site: Site, gain: Gain) -> float:
    return site.gain if isinstance(gain, str) else gain


def _std(weight: Tensor, site: Site, gain: Gain, mode: Fan) -> float:
    fan_in, fan_out = fans(weight, site.module)
    fan = {"fan_in": fan_in, "fan_out": fan_out, "fan_average": (fan_in + fan_out) / 2}[mode]
    return _gain(site, gain) / math.sqrt(fan)
