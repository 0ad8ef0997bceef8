"""Normalisations: a row each, built for a number of channels and of spatial axes.

`make(channels, dims, **options)` gives the layer that follows a linear map (dims = 0: [B, C]) or a
convolution (dims = 2: [B, C, H, W]). Weight normalisation is not a layer but a way to write the
map's own weight; such a row has `wrap` instead.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Gt
from torch import nn

from trainlab.errors import NetworkError
from trainlab.nn.choice import Choice, pick
from trainlab.nn.norm_layers import BatchRenorm, ChannelRMSNorm, GhostBatchNorm, weight_norm
from trainlab.nn.whitening import (
    DecorrelatedBatchNorm1d,
    DecorrelatedBatchNorm2d,
    IterNorm1d,
    IterNorm2d,
)
from trainlab.tables import Card, Table

__all__ = [
    "NORMS",
    "NormRow",
    "batch",
    "batch_renorm",
    "decorrelated",
    "ghost",
    "group",
    "instance",
    "iterative",
    "layer",
    "local_response",
    "none",
    "norm",
    "normalise",
    "rms",
]


@dataclass(frozen=True, kw_only=True)
class NormRow:
    """One normalisation."""

    make: Callable[..., nn.Module | None]
    """(channels, dims, **options) -> the layer, or None where there is none."""
    wrap: Callable[[nn.Module], nn.Module] | None = None
    """What it does to the linear map itself."""
    cancels_bias: bool = False
    """Whether it subtracts each channel's mean, so that a bias just before it has no effect."""
    spatial: bool = False
    """Whether it is defined for images only: a fully connected layer has no such norm."""
    card: Card


def norm(choice: Choice, channels: int, dims: int) -> nn.Module | None:
    """Build the layer of a norm, or None: `norm({"name": "group", "groups": 4}, 64, dims=2)`."""
    row, options = pick(NORMS, choice)
    layer: nn.Module | None = row.make(channels, dims, **options)
    return layer


def normalise(choice: Choice, linear_map: nn.Module) -> nn.Module:
    """Apply to a linear map what its norm does to the map's own weight: mostly nothing."""
    wrap = pick(NORMS, choice)[0].wrap
    return linear_map if wrap is None else wrap(linear_map)


def none(channels: int, dims: int) -> None:
    """Build nothing."""
    return None


def batch(channels: int, dims: int, *, momentum: float = 0.1, eps: float = 1e-5) -> nn.Module:
    """Build torch's batch normalisation."""
    return _BATCH[dims](channels, eps, momentum)


def layer(channels: int, dims: int, *, eps: float = 1e-5) -> nn.Module:
    """Build torch's layer normalisation; of an image over C, H, W with one gain per channel."""
    return nn.GroupNorm(1, channels, eps) if dims else nn.LayerNorm(channels, eps)


def instance(channels: int, dims: int, *, eps: float = 1e-5) -> nn.Module:
    """Build torch's instance normalisation with gains and biases."""
    if dims == 0:
        raise _no_space("instance")
    return _INSTANCE[dims](channels, eps, affine=True)


def group(
    channels: int, dims: int, *, groups: Annotated[int, Gt(0)] | None = None, eps: float = 1e-5
) -> nn.Module:
    """Build torch's group normalisation; by default up to 32 groups of four channels or more."""
    known = [g for g in range(1, channels + 1) if channels % g == 0]
    if groups is None:
        groups = max(g for g in known if g <= max(1, min(32, channels // 4)))
    if groups not in known:
        raise NetworkError(
            f"group norm: {groups} groups do not divide {channels} channels",
            allowed=[str(g) for g in known],
            next_step="set norm.groups to one of them, or leave it out",
        )
    return nn.GroupNorm(groups, channels, eps)


def rms(channels: int, dims: int, *, eps: float = 1e-6) -> nn.Module:
    """Build torch's RMS normalisation; of an image over C, H, W with one gain per channel."""
    return ChannelRMSNorm(channels, eps) if dims else nn.RMSNorm(channels, eps)


def local_response(
    channels: int,
    dims: int,
    *,
    size: Annotated[int, Gt(0)] = 5,
    alpha: float = 1e-4,
    beta: float = 0.75,
    k: float = 1.0,
) -> nn.Module:
    """Build torch's local response normalisation."""
    if dims == 0:
        raise _no_space("local_response")
    return nn.LocalResponseNorm(size, alpha, beta, k)


def batch_renorm(
    channels: int,
    dims: int,
    *,
    r_max: Annotated[float, Ge(1)] = 3.0,
    d_max: Annotated[float, Ge(0)] = 5.0,
    warmup: Annotated[int, Gt(0)] = 500,
    momentum: float = 0.1,
) -> nn.Module:
    """Build batch renormalisation."""
    return BatchRenorm(channels, r_max, d_max, warmup, momentum)


def ghost(
    channels: int, dims: int, *, size: Annotated[int, Gt(1)] = 32, momentum: float = 0.1
) -> nn.Module:
    """Build batch normalisation over parts of `size` examples."""
    return GhostBatchNorm(channels, size, momentum)


def decorrelated(
    channels: int,
    dims: int,
    *,
    group_width: Annotated[int, Gt(0)] | None = None,
    momentum: float = 0.1,
    eps: Annotated[float, Gt(0)] = 1e-5,
) -> nn.Module:
    """Build decorrelated batch normalisation; by default in groups of about 16 channels."""
    kind = DecorrelatedBatchNorm2d if dims == 2 else DecorrelatedBatchNorm1d
    return kind(channels, eps, momentum, group_width=group_width)


def iterative(
    channels: int,
    dims: int,
    *,
    group_width: Annotated[int, Gt(0)] | None = None,
    steps: Annotated[int, Ge(0)] = 5,
    momentum: float = 0.1,
    eps: Annotated[float, Gt(0)] = 1e-5,
) -> nn.Module:
    """Build iterative normalisation; by default in groups of about 16 channels."""
    kind = IterNorm2d if dims == 2 else IterNorm1d
    return kind(channels, eps, momentum, group_width=group_width, steps=steps)


def _no_space(name: str) -> NetworkError:
    return NetworkError(
        f"{name} norm needs an image: a fully connected layer has no spatial axes",
        allowed=[name for name, row in NORMS.items() if not row.spatial],
        next_step="choose one of these for network.norm",
    )


_BATCH: dict[int, type[nn.Module]] = {0: nn.BatchNorm1d, 1: nn.BatchNorm1d, 2: nn.BatchNorm2d}
_INSTANCE: dict[int, type[nn.Module]] = {1: nn.InstanceNorm1d, 2: nn.InstanceNorm2d}

NORMS: Table[NormRow] = Table(
    "norm",
    {
        "none": NormRow(
            make=none,
            card=Card(
                does="normalises nothing",
                formula="x",
                helps="shallow networks; to see what a norm is worth",
                hurts="deep networks: rates must be small and weights well initialised",
                values="lr 0.01 where batch norm takes 0.1; init he_normal or lsuv",
                paper="Zhang, Dauphin & Ma 2019 (Fixup), on doing without",
            ),
        ),
        "batch": NormRow(
            make=batch,
            cancels_bias=True,
            card=Card(
                does="standardises each channel over the batch, then scales and shifts it",
                formula="gamma * (x - mean_B) / sqrt(var_B + eps) + beta",
                helps="larger rates, forgiving initialisation, some regularisation",
                hurts="small batches; recurrent networks; examples in a batch depend on each other",
                values="batches of 16 and more; momentum 0.1",
                paper="Ioffe & Szegedy 2015, algorithms 1 and 2",
                dialect="running variance unbiased; running <- 0.9 running + 0.1 batch",
                torch="torch.nn.BatchNorm1d, BatchNorm2d",
            ),
        ),
        "layer": NormRow(
            make=layer,
            card=Card(
                does="standardises each example over its features",
                formula="gamma * (x - mean_x) / sqrt(var_x + eps) + beta",
                helps="any batch size, sequences, transformers",
                hurts="convolutional nets with many channels: batch or group is better there",
                values="eps 1e-5",
                paper="Ba, Kiros & Hinton 2016",
                dialect="images: over C, H, W with gamma, beta per channel (one group)",
                torch="torch.nn.LayerNorm, torch.nn.GroupNorm(1, C)",
            ),
        ),
        "instance": NormRow(
            make=instance,
            cancels_bias=True,
            spatial=True,
            card=Card(
                does="standardises each channel of each example over its pixels",
                formula="gamma * (x - mean_xc) / sqrt(var_xc + eps) + beta",
                helps="style transfer, images of varying contrast",
                hurts="where contrast or the mean of a channel is the news",
                values="eps 1e-5",
                paper="Ulyanov, Vedaldi & Lempitsky 2016",
                torch="torch.nn.InstanceNorm2d(affine=True)",
            ),
        ),
        "group": NormRow(
            make=group,
            card=Card(
                does="standardises each example over groups of its channels",
                formula="gamma * (x - mean_xg) / sqrt(var_xg + eps) + beta",
                helps="small batches",
                hurts="large batches: batch norm also regularises",
                values="32 groups, or 16 channels a group; 1 group is layer, C groups instance",
                paper="Wu & He 2018",
                torch="torch.nn.GroupNorm",
            ),
        ),
        "rms": NormRow(
            make=rms,
            card=Card(
                does="divides each example by its root mean square",
                formula="gamma * x / sqrt(mean(x^2) + eps)",
                helps="as layer norm, at less cost",
                hurts="features with a large common offset",
                values="eps 1e-6",
                paper="Zhang & Sennrich 2019",
                dialect="images: over C, H, W with gamma per channel; eps 1e-6",
                torch="torch.nn.RMSNorm",
            ),
        ),
        "weight": NormRow(
            make=none,
            wrap=weight_norm,
            card=Card(
                does="writes each unit's weight as a length times a direction",
                formula="w = g * v / |v|",
                helps="recurrent and reinforcement learning: no dependence on the batch",
                hurts="needs good initialisation; the signal itself is not normalised",
                values="no options",
                paper="Salimans & Kingma 2016",
                dialect="without the paper's data-dependent start",
                torch="torch.nn.utils.parametrizations.weight_norm",
            ),
        ),
        "local_response": NormRow(
            make=local_response,
            spatial=True,
            card=Card(
                does="divides each value by the activity of neighbouring channels",
                formula="x / (k + alpha / size * sum of x^2 over size channels)^beta",
                helps="historical; AlexNet",
                hurts="speed; does not ease optimisation as batch norm does",
                values="size 5, alpha 1e-4, beta 0.75, k 2; after the nonlinearity",
                paper="Krizhevsky, Sutskever & Hinton 2012, section 3.3",
                dialect="torch's: k 1, and alpha divided by size",
                torch="torch.nn.LocalResponseNorm",
            ),
        ),
        "batch_renorm": NormRow(
            make=batch_renorm,
            cancels_bias=True,
            card=Card(
                does="batch norm whose training output follows the running statistics",
                formula="(x - mean_B) / sigma_B * r + d, r and d held constant",
                helps="small or unlike batches",
                hurts="large batches: plain batch norm is simpler",
                values="r_max 3, d_max 5, warmup 5000 steps for long runs",
                paper="Ioffe 2017, algorithm 1",
                dialect="limits open linearly; running variance unbiased",
            ),
        ),
        "ghost": NormRow(
            make=ghost,
            cancels_bias=True,
            card=Card(
                does="batch norm with the statistics of parts of the batch",
                formula="batch norm of each part of `size` examples",
                helps="large batches: keeps the noise of small ones",
                hurts="small batches",
                values="size 16 to 64",
                paper="Hoffer, Hubara & Soudry 2017, algorithm 1",
                dialect="running statistics move by an ordinary average, once per part",
            ),
        ),
        "decorrelated": NormRow(
            make=decorrelated,
            cancels_bias=True,
            card=Card(
                does="batch norm that also decorrelates the channels of a group: ZCA whitening",
                formula="gamma * C^(-1/2) (x - mean_B) + beta, C = cov_B + eps I of each group",
                helps="conditioning: better than batch norm alone, at larger rates",
                hurts="groups of more channels than the layer has inputs or the batch has values: "
                "singular, so that float32 gradients lose most digits",
                values="groups of 16 channels, momentum 0.1; eps 1e-3 where a group is singular",
                paper="Huang, Yang, Lang & Deng 2018, algorithms 1 and 2",
                dialect="covariance biased; the running average is of C^(-1/2) itself",
            ),
        ),
        "iterative": NormRow(
            make=iterative,
            cancels_bias=True,
            card=Card(
                does="IterNorm: decorrelated batch norm by Newton-Schulz steps, not eigenvectors",
                formula="P <- (3 P - P^3 C / tr C) / 2; gamma * P / sqrt(tr C) (x - mean_B) + beta",
                helps="as decorrelated, with less noise from directions of little variance",
                hurts="where full whitening is wanted: small eigenvalues stay small",
                values="steps 5; groups of 16 channels",
                paper="Huang, Zhou, Zhu, Liu & Shao 2019, algorithm 1",
                dialect="covariance biased; the running average is of C^(-1/2) itself",
            ),
        ),
    },
)
