"""Layers that draw random numbers while training, each as a pure function of a key.

In a loop of your own each call takes its key from torch's generator, as torch's dropout does:
`torch.manual_seed` decides, and no two steps are alike. The engine writes the keys instead: a
random layer owns two buffers, `rate` and `key`, and a place in its network, none of them saved. The
key, of which the place is part, is written before every step, the rate comes of the recipe. In a
population both carry the member axis, so a member draws what it would draw alone. In evaluation,
and at rate 0, a random layer returns its input unchanged.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from math import inf

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from trainlab import seeds
from trainlab.errors import NetworkError

__all__ = [
    "DropConnect",
    "Dropout",
    "GaussianNoise",
    "RandomLayer",
    "RecurrentDropout",
    "SpatialDropout",
    "StochasticDepth",
    "VariationalDropout",
    "adopt",
    "by_key",
    "connect_drop",
    "number",
]

LARGEST_KEY = 2**63 - 1
WORDS = 2**16
"""Values of the random words by which a rate is decided."""


class RandomLayer(nn.Module):
    """What random layers share: a rate, a key and a place; each layer adds its `forward`."""

    rate: Tensor
    key: Tensor
    most = 1.0
    """The largest rate that has a meaning."""

    def __init__(self, rate: float = 0.5) -> None:
        super().__init__()
        if not 0 <= rate <= self.most:
            raise NetworkError(
                f"{type(self).__name__} has the rate {rate}",
                allowed=[f"from 0 to {self.most:g}" if self.most < inf else "0 or more"],
            )
        self.place = 0
        self.keyed = False
        """Whether it draws by its key, as the engine writes it: see `by_key`."""
        self.register_buffer("rate", torch.tensor(float(rate)), persistent=False)
        self.register_buffer("key", torch.tensor(0, dtype=torch.int64), persistent=False)

    def draws_from(self) -> Tensor:
        """Give the key of this call: its own, or one that torch's generator draws."""
        if self.keyed:
            return self.key
        return torch.randint(LARGEST_KEY, (), device=self.key.device)

    def mask(self, x: Tensor, shape: Sequence[int], share: float = 1.0) -> Tensor:
        """Draw 0 with probability p, else 1 / (1 - p); p is rate * share to 2^-16."""
        dropped = (self.rate * (share * WORDS)).round()
        scale = (WORDS / (WORDS - dropped)).nan_to_num(posinf=0)  # all are dropped: nothing is kept
        kept = seeds.words(self.draws_from(), shape) >= (dropped - WORDS / 2).to(torch.int16)
        return kept * scale.to(x.dtype)

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

    most = inf

    def forward(self, x: Tensor) -> Tensor:
        """Apply to any shape, the batch first."""
        if not self.training:
            return x
        noise = seeds.normal(self.draws_from(), x.shape, x.dtype)
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


class RecurrentDropout(VariationalDropout):
    """The same on the way back of a recurrent layer's state; its rate is a knob of its own."""


def by_key(module: nn.Module, keyed: bool = True) -> nn.Module:
    """Let random layers draw by place and key, or by torch's generator again; number them.

    `by_key(net)` makes every call alike until `layer.key` is written; the engine does both.
    """
    number(module)
    for layer in module.modules():
        if isinstance(layer, RandomLayer):
            layer.keyed = keyed
    return module


def number(module: nn.Module) -> int:
    """Count the random layers and number them in the order of `module.modules()`.

    The number becomes part of the key that a layer is given, so that no two layers draw alike.
    """
    layers = [layer for layer in module.modules() if isinstance(layer, RandomLayer)]
    for place, layer in enumerate(layers):
        layer.place = place
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
