"""Fully connected networks: they take any shape, flattened."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from torch import nn

from trainlab.nn.choice import Choice
from trainlab.nn.dropout import Dropout
from trainlab.nn.networks.parts import (
    Layers,
    Placement,
    Rate,
    Style,
    Widths,
    affine,
    finish,
    sequential,
)

__all__ = ["entrance", "head", "linear", "mlp"]


def linear(
    feature_shape: tuple[int, ...],
    outputs: int,
    *,
    init: Choice = "xavier_normal",
) -> nn.Module:
    """Build one affine layer: linear or logistic regression."""
    layers = entrance(feature_shape)
    layers["output"] = affine(prod(feature_shape), outputs)
    return finish(sequential(layers), init)


def mlp(
    feature_shape: tuple[int, ...],
    outputs: int,
    *,
    widths: Widths = (128, 64),
    activation: Choice = "relu",
    norm: Choice = "none",
    placement: Placement = "before",
    init: Choice = "he_normal",
    dropout: Rate = 0.0,
    drop_connect: Rate = 0.0,
) -> nn.Module:
    """Build a multi-layer perceptron: [B, *feature_shape] -> [B, outputs]."""
    style = Style(activation=activation, norm=norm, placement=placement)
    layers = entrance(feature_shape)
    head(layers, prod(feature_shape), widths, outputs, style, dropout)
    return finish(sequential(layers), init, drop_connect)


def entrance(feature_shape: tuple[int, ...]) -> Layers:
    """Begin a fully connected network: one axis of features."""
    return {} if len(feature_shape) == 1 else {"flatten": nn.Flatten()}


def head(
    layers: Layers, inputs: int, widths: Sequence[int], outputs: int, style: Style, dropout: float
) -> None:
    """Add hidden layers of the given widths, then the output: [B, inputs] -> [B, outputs].

    They are numbered on from the hidden layers that there are: a name stands for one layer.
    """
    first = 1 + sum(name.startswith("activation") for name in layers)
    for label, width in enumerate(widths, start=first):
        linear_map = affine(inputs, width * style.pieces, bias=style.biased)
        style.follow(layers, str(label), linear_map, width)
        if dropout:
            layers[f"dropout{label}"] = Dropout(dropout)
        inputs = width
    layers["output"] = affine(inputs, outputs)
