"""Plain convolutional networks: convolution, norm, activation, pooling, then a dense head."""

from __future__ import annotations

from typing import Annotated, Literal

from annotated_types import Ge, Gt, MinLen
from torch import nn

from trainlab.nn.arithmetic import window
from trainlab.nn.choice import Choice
from trainlab.nn.dropout import SpatialDropout
from trainlab.nn.networks.dense import head
from trainlab.nn.networks.parts import (
    Layers,
    Placement,
    Rate,
    Style,
    Widths,
    conv,
    finish,
    sequential,
)
from trainlab.nn.networks.shape import image_shape

__all__ = ["cnn"]

POOLS: dict[str, type[nn.MaxPool2d] | type[nn.AvgPool2d]] = {
    "max": nn.MaxPool2d,
    "average": nn.AvgPool2d,
}


def cnn(
    feature_shape: tuple[int, ...],
    outputs: int,
    *,
    channels: Annotated[Widths, MinLen(1)] = (32, 64),
    kernel: Annotated[int, Gt(0)] = 3,
    stride: Annotated[int, Gt(0)] = 1,
    padding: Annotated[int, Ge(0)] | None = None,
    pool: Literal["max", "average", "none"] = "max",
    pool_size: Annotated[int, Gt(0)] = 2,
    global_pool: bool = False,
    widths: Widths = (128,),
    activation: Choice = "relu",
    norm: Choice = "none",
    placement: Placement = "before",
    init: Choice = "he_normal",
    dropout: Rate = 0.0,
    spatial_dropout: Rate = 0.0,
    drop_connect: Rate = 0.0,
) -> nn.Module:
    """Build a convolutional network: [B, C, H, W] -> [B, outputs].

    Padding defaults to (kernel - 1) / 2, which keeps the size at stride 1. Dropout acts in the
    head, spatial dropout after each convolution. A norm that needs spatial axes (instance,
    local_response) leaves the head without. A filter that does not fit is a NetworkError.
    """
    width, *size = image_shape(feature_shape, "cnn")
    style = Style(activation=activation, norm=norm, placement=placement)
    p = (kernel - 1) // 2 if padding is None else padding
    layers: Layers = {}
    for label, wide in enumerate(channels, start=1):
        size = list(window(f"conv{label}", (size[0], size[1]), kernel, stride, p))
        filters = conv(
            width, wide * style.pieces, kernel, stride=stride, padding=p, bias=style.biased
        )
        style.follow(layers, str(label), filters, wide)
        if spatial_dropout:
            layers[f"spatial_dropout{label}"] = SpatialDropout(spatial_dropout)
        if pool != "none":
            size = list(window(f"pool{label}", (size[0], size[1]), pool_size, pool_size))
            layers[f"pool{label}"] = POOLS[pool](pool_size)
        width = wide
    if global_pool:
        layers["global_pool"], size = nn.AdaptiveAvgPool2d(1), [1, 1]
    layers["flatten"] = nn.Flatten()
    head(layers, width * size[0] * size[1], widths, outputs, style.flat(), dropout)
    return finish(sequential(layers), init, drop_connect)
