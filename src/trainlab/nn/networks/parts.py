"""What the built-in networks share: unfilled layers, the order of a hidden layer, the last steps.

Layers are collected in a dict, whose names become the keys of the network's `state_dict`.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Annotated, Literal, TypeVar

import torch
from annotated_types import Ge, Gt, Lt
from torch import nn

from trainlab import seeds
from trainlab.nn.activations import activation, pieces_of
from trainlab.nn.choice import Choice, pick
from trainlab.nn.dropout import connect_drop, number
from trainlab.nn.init import initialise
from trainlab.nn.norms import NORMS, norm, normalise

__all__ = [
    "Layers",
    "Placement",
    "Rate",
    "Style",
    "Widths",
    "affine",
    "conv",
    "finish",
    "sequential",
]

Affine = TypeVar("Affine", nn.Linear, nn.Conv2d)
Placement = Literal["before", "after"]
Layers = dict[str, nn.Module]
Rate = Annotated[float, Ge(0), Lt(1)]
"""A probability with which something is dropped."""
Widths = tuple[Annotated[int, Gt(0)], ...]
"""Units of each hidden layer, first to last; of none the network is linear."""


def affine(inputs: int, outputs: int, *, bias: bool = True) -> nn.Linear:
    """Build an affine layer whose weights are still to be filled: nothing is drawn."""
    with torch.device("meta"):
        layer = nn.Linear(inputs, outputs, bias)
    return _unfilled(layer)


def conv(
    inputs: int, outputs: int, kernel: int, *, stride: int = 1, padding: int = 0, bias: bool = True
) -> nn.Conv2d:
    """Build a convolution whose weights are still to be filled: nothing is drawn."""
    with torch.device("meta"):
        layer = nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=bias)
    return _unfilled(layer)


def _unfilled(layer: Affine) -> Affine:
    """Give a layer's weights memory; its own `to_empty` would import sympy, most of a second."""
    for name, weight in list(layer.named_parameters(recurse=False)):
        setattr(layer, name, nn.Parameter(torch.empty(weight.shape)))
    return layer


def sequential(layers: Layers) -> nn.Sequential:
    """Chain named layers."""
    return nn.Sequential(OrderedDict(layers))


def finish(network: nn.Module, init: Choice, drop_connect: float = 0.0) -> nn.Module:
    """Fill a new network's weights from seed 0 and number its random layers.

    With a rate of `drop_connect` its linear maps and convolutions drop weights in training.
    """
    if drop_connect:
        for layer in list(network.modules()):
            if isinstance(layer, nn.Linear | nn.Conv2d):
                connect_drop(layer, drop_connect)
    number(network)
    return initialise(network, init, seeds.generator(0, "init"))


@dataclass(frozen=True, kw_only=True)
class Style:
    """How a hidden layer goes on after its linear map: the norm, the activation, their order."""

    activation: Choice = "relu"
    norm: Choice = "none"
    placement: Placement = "before"
    """Whether the norm stands before or after the activation."""

    @property
    def pieces(self) -> int:
        """How many times as wide the linear map before the activation must be."""
        return pieces_of(activation(self.activation))

    @property
    def biased(self) -> bool:
        """Whether the linear map needs a bias: not where the norm after it subtracts the mean."""
        return not (self.placement == "before" and pick(NORMS, self.norm)[0].cancels_bias)

    def flat(self) -> Style:
        """Give the style of a dense head: without the norm, where that needs spatial axes."""
        return replace(self, norm="none") if pick(NORMS, self.norm)[0].spatial else self

    def follow(self, layers: Layers, label: str, linear_map: nn.Module, width: int) -> None:
        """Add a linear map `[B, *] -> [B, width * pieces, ...]`, its norm and its activation.

        They are named `linear<label>` or `conv<label>`, `norm<label>`, `activation<label>`.
        """
        dims = 0 if isinstance(linear_map, nn.Linear) else 2
        layers[f"{'conv' if dims else 'linear'}{label}"] = normalise(self.norm, linear_map)
        channels = width * self.pieces if self.placement == "before" else width
        layer = norm(self.norm, channels, dims)
        if layer is not None and self.placement == "before":
            layers[f"norm{label}"] = layer
        layers[f"activation{label}"] = activation(self.activation)
        if layer is not None and self.placement == "after":
            layers[f"norm{label}"] = layer
