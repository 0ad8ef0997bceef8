"""Layers that draw random numbers while training, each as a pure function of a key.

A random layer owns two buffers, `rate` and `key`, and a place in its network. They are not saved:
the engine writes the key before every step and the rate from the recipe. In a population both
carry the member axis, so a member draws what it would draw alone. In evaluation, and at rate 0, a
random layer returns its input unchanged.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from trainlab import seeds
from trainlab.tables import Card, Table

__all__ = [
    "RANDOM_LAYERS",
    "DropConnect",
    "Dropout",
    "GaussianNoise",
    "RandomLayer",
    "RandomRow",
    "SpatialDropout",
    "StochasticDepth",
    "VariationalDropout",
    "adopt",
    "connect_drop",
    "number",
    "set_rate",
]


class RandomLayer(nn.Module):
    """What random layers share: a rate, a key and a place; each layer adds its `forward`."""

    rate: Tensor
    key: Tensor

    def __init__(self, rate: float = 0.5) -> None:
        super().__init__()
        self.place = 0
        self.register_buffer("rate", torch.tensor(float(rate)), persistent=False)
        self.register_buffer("key", torch.tensor(0, dtype=torch.int64), persistent=False)

    def mask(self, x: Tensor, shape: Sequence[int], share: float = 1.0) -> Tensor:
        """Draw 0 with probability rate * share, otherwise 1 / (1 - it): expectation 1."""
        rate = self.rate * share
        kept = seeds.uniform(seeds.fold_in(self.key, self.place), shape) >= rate
        return kept * (1 / (1 - rate).clamp_min(2.0**-24)).to(x.dtype)

    def extra_repr(self) -> str:
        """Show the rate."""
        return "" if self.rate.dim() else f"rate={self.rate:g}"


class Dropout(RandomLayer):
    """Drop each value: x * mask / (1 - rate)."""

    def forward(self, x: Tensor) -> Tensor:
        """Apply to any shape, the batch first."""
        return x * self.mask(x, x.shape) if self.training else x


class SpatialDropout(RandomLayer):
    """Drop whole channels: one mask value per example and channel."""

    def forward(self, x: Tensor) -> Tensor:
        """Apply to [B, C, ...]."""
        shape = (*x.shape[:2], *(1 for _ in x.shape[2:]))
        return x * self.mask(x, shape) if self.training else x


class DropConnect(RandomLayer):
    """Drop each weight, as a parametrisation of a layer's weight: see `connect_drop`."""

    def forward(self, weight: Tensor) -> Tensor:
        """Apply to a weight: one mask per step, shared by the batch."""
        return weight * self.mask(weight, weight.shape) if self.training else weight

    def right_inverse(self, weight: Tensor) -> Tensor:
        """Give the weight from which a weight comes: what an assignment stores."""
        return weight


class GaussianNoise(RandomLayer):
    """Add N(0, rate^2) to each value; `rate` is the noise's standard deviation."""

    def forward(self, x: Tensor) -> Tensor:
        """Apply to any shape, the batch first."""
        if not self.training:
            return x
        noise = seeds.normal(seeds.fold_in(self.key, self.place), x.shape, x.dtype)
        return x + self.rate.to(x.dtype) * noise


class StochasticDepth(RandomLayer):
    """Drop a residual branch for an example: one mask value per example.

    The layer drops with probability rate * share; share rises linearly with depth to 1.
    """

    def __init__(self, rate: float = 0.5, share: float = 1.0) -> None:
        super().__init__(rate)
        self.share = share

    def forward(self, x: Tensor) -> Tensor:
        """Apply to a branch's output [B, ...], before it is added to the shortcut."""
        if not self.training:
            return x
        return x * self.mask(x, (x.shape[0], *(1 for _ in x.shape[1:])), self.share)


class VariationalDropout(RandomLayer):
    """Drop features of a sequence for all of its steps: one mask value per example and feature.

    With `constant` false every step has its own mask, as naive dropout in a recurrence would.
    """

    def __init__(self, rate: float = 0.5, constant: bool = True) -> None:
        super().__init__(rate)
        self.constant = constant

    def over_time(self, x: Tensor, shape: Sequence[int]) -> Tensor:
        """Draw a mask for a sequence of this shape [B, T, ...], of x's type: [B, T or 1, ...]."""
        steps = 1 if self.constant else shape[1]
        return self.mask(x, (shape[0], steps, *shape[2:]))

    def forward(self, x: Tensor) -> Tensor:
        """Apply to [B, T, ...]."""
        return x * self.over_time(x, x.shape) if self.training else x


def number(module: nn.Module) -> int:
    """Count the random layers and number them in the order of `module.modules()`.

    The number is part of what a layer draws from, so that no two layers draw alike.
    """
    layers = [layer for layer in module.modules() if isinstance(layer, RandomLayer)]
    for place, layer in enumerate(layers):
        layer.place = place
    return len(layers)


def set_rate(module: nn.Module, rate: float, kind: type[RandomLayer] = Dropout) -> int:
    """Set the rate of every random layer of a kind; give how many there are."""
    layers = [layer for layer in module.modules() if isinstance(layer, kind)]
    for layer in layers:
        layer.rate.fill_(rate)
    return len(layers)


def adopt(module: nn.Module) -> nn.Module:
    """Copy a module with torch's dropout layers replaced by these, at the same rates."""
    own = copy.deepcopy(module)
    if type(own) in ADOPTED:
        return _adopted(own)
    for parent in list(own.modules()):
        for name, child in parent.named_children():
            if type(child) in ADOPTED:
                setattr(parent, name, _adopted(child))
    return own


def connect_drop(layer: nn.Module, rate: float) -> nn.Module:
    """Make a layer drop its weights while it trains."""
    parametrize.register_parametrization(layer, "weight", DropConnect(rate))
    return layer


def _adopted(theirs: nn.Module) -> RandomLayer:
    ours = ADOPTED[type(theirs)](float(theirs.p))  # type: ignore[arg-type]
    return ours.train(theirs.training)


ADOPTED: dict[type[nn.Module], type[RandomLayer]] = {
    nn.Dropout: Dropout,
    nn.Dropout1d: SpatialDropout,
    nn.Dropout2d: SpatialDropout,
    nn.Dropout3d: SpatialDropout,
}


@dataclass(frozen=True, kw_only=True)
class RandomRow:
    """One random layer."""

    make: Callable[..., nn.Module]
    card: Card


RANDOM_LAYERS: Table[RandomRow] = Table(
    "random layer",
    {
        "dropout": RandomRow(
            make=Dropout,
            card=Card(
                does="drops each unit with a probability and scales up the rest",
                formula="x * m / (1 - rate), m ~ Bernoulli(1 - rate)",
                helps="overfitting of wide fully connected layers",
                hurts="underfitting; together with batch norm, whose statistics it shifts",
                values="rate 0.1 to 0.5",
                paper="Srivastava et al. 2014",
                dialect="inverted: scaled while training, the identity in evaluation",
                torch="torch.nn.Dropout",
            ),
        ),
        "spatial_dropout": RandomRow(
            make=SpatialDropout,
            card=Card(
                does="drops whole channels of an image or a sequence",
                formula="x[b, c] * m[b, c] / (1 - rate)",
                helps="convolutional layers, whose neighbouring values carry the same news",
                hurts="networks with few channels",
                values="rate 0.1 to 0.3",
                paper="Tompson et al. 2015",
                torch="torch.nn.Dropout2d",
            ),
        ),
        "drop_connect": RandomRow(
            make=DropConnect,
            card=Card(
                does="drops weights instead of units",
                formula="y = (W * M / (1 - rate)) x + b",
                helps="overfitting of fully connected layers",
                hurts="speed: a mask as large as the weight each step",
                values="rate 0.2 to 0.5",
                paper="Wan et al. 2013",
                dialect="one mask per step shared by the batch; inverted, not sampled at test",
            ),
        ),
        "gaussian_noise": RandomRow(
            make=GaussianNoise,
            card=Card(
                does="adds Gaussian noise to its input",
                formula="x + rate * z, z ~ N(0, 1)",
                helps="small data sets of continuous features",
                hurts="features on different scales: standardise first",
                values="standard deviation 0.05 to 0.3 of standardised features",
                paper="Bishop 1995",
            ),
        ),
        "stochastic_depth": RandomRow(
            make=StochasticDepth,
            card=Card(
                does="drops residual branches, the deeper the likelier",
                formula="shortcut(x) + branch(x) * m / (1 - rate_l), rate_l = rate * l / L",
                helps="deep residual networks on small data",
                hurts="shallow ones: each block is needed",
                values="rate 0.1 to 0.5 at the last block",
                paper="Huang et al. 2016",
                dialect="per example and inverted, as torchvision's mode='row'",
                torch="torchvision.ops.StochasticDepth",
            ),
        ),
        "variational_dropout": RandomRow(
            make=VariationalDropout,
            card=Card(
                does="drops features of a sequence, the same ones at every step",
                formula="h_t <- cell(x_t * m_x, h_(t-1) * m_h), m_x and m_h constant over time",
                helps="recurrent networks that overfit: dropout afresh each step erases memory",
                hurts="small recurrent networks that underfit",
                values="rate 0.1 to 0.5 on the inputs and on the recurrent path",
                paper="Gal & Ghahramani 2016, section 4",
                dialect="one mask for all gates (tied weights); inverted; each layer has its own",
            ),
        ),
    },
)
