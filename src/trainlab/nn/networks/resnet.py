"""Small residual networks in the manner of He et al. 2016 for CIFAR, and their plain twins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Gt, MinLen
from torch import nn

from trainlab.errors import NetworkError
from trainlab.nn import activations
from trainlab.nn.arithmetic import window
from trainlab.nn.choice import Choice
from trainlab.nn.depth import Residual
from trainlab.nn.dropout import Dropout, StochasticDepth
from trainlab.nn.networks.parts import (
    Layers,
    Rate,
    Style,
    Widths,
    affine,
    conv,
    finish,
    sequential,
)
from trainlab.nn.networks.shape import image_shape
from trainlab.nn.norms import norm as norm_layer
from trainlab.nn.norms import normalise

__all__ = ["resnet"]


def resnet(
    feature_shape: tuple[int, ...],
    outputs: int,
    *,
    widths: Annotated[Widths, MinLen(1)] = (16, 32, 64),
    blocks: Annotated[int, Gt(0)] = 2,
    residual: bool = True,
    pre_activation: bool = False,
    zero_last_gain: bool = False,
    activation: Choice = "relu",
    norm: Choice = "batch",
    init: Choice = "he_normal",
    stochastic_depth: Rate = 0.0,
    dropout: Rate = 0.0,
    drop_connect: Rate = 0.0,
) -> nn.Module:
    """Build stages of `blocks` blocks of two 3 x 3 convolutions; each later stage halves the size.

    [B, C, H, W] -> [B, outputs], 2 + 2 * blocks * stages weight layers deep. `residual: false` is
    the plain network of the same depth. Dropout acts before the output.
    """
    channels, height, width = image_shape(feature_shape, "resnet")
    plan = _Plan(
        style=_unwidened(Style(activation=activation, norm=norm)),
        residual=residual,
        pre_activation=pre_activation,
        zero_start=zero_last_gain,
        drop=stochastic_depth,
        depth=blocks * len(widths),
    )
    layers: Layers = {"stem": plan.stem(channels, widths[0])}
    inputs, size = widths[0], (height, width)
    for stage, wide in enumerate(widths, start=1):
        for block in range(1, blocks + 1):
            stride = 2 if stage > 1 and block == 1 else 1
            size = window(f"stage{stage}.block{block}", size, 3, stride, 1)
            place = (stage - 1) * blocks + block
            layers[f"stage{stage}_block{block}"] = plan.block(inputs, wide, stride, place)
            inputs = wide
    plan.close(layers, inputs)
    if dropout:
        layers["dropout"] = Dropout(dropout)
    layers["output"] = affine(inputs, outputs)
    return finish(sequential(layers), init, drop_connect)


@dataclass(frozen=True, kw_only=True)
class _Plan:
    """How every block of one network is built."""

    style: Style
    residual: bool
    pre_activation: bool
    zero_start: bool
    drop: float
    depth: int

    def stem(self, inputs: int, width: int) -> nn.Module:
        """Build the first convolution; a pre-activation network leaves it bare."""
        layers: Layers = {}
        self._conv(layers, "", inputs, width, 1)
        if not self.pre_activation:
            self._norm(layers, "", width)
            layers["activation"] = self._activation()
        return sequential(layers)

    def block(self, inputs: int, width: int, stride: int, place: int) -> nn.Module:
        """Build block number `place` of `depth`: [B, inputs, H, W] -> [B, width, H/S, W/S]."""
        branch: Layers = {}
        for label, (came, step) in enumerate(((inputs, stride), (width, 1)), start=1):
            if self.pre_activation:
                self._norm(branch, str(label), came)
                branch[f"activation{label}"] = self._activation()
            self._conv(branch, str(label), came, width, step)
            if not self.pre_activation:
                self._norm(branch, str(label), width)
                if label == 1:
                    branch["activation1"] = self._activation()
        end = None if self.pre_activation else self._activation()
        if not self.residual:
            return sequential(branch if end is None else {**branch, "activation2": end})
        return Residual(
            sequential(branch),
            self._shortcut(inputs, width, stride),
            end,
            StochasticDepth(self.drop, place / self.depth) if self.drop else None,
            self.zero_start,
        )

    def close(self, layers: Layers, width: int) -> None:
        """Add what follows the blocks: the last activation where it is still due, the pooling."""
        if self.pre_activation:
            self._norm(layers, "", width)
            layers["activation"] = self._activation()
        layers["pool"] = nn.AdaptiveAvgPool2d(1)
        layers["flatten"] = nn.Flatten()

    def _shortcut(self, inputs: int, width: int, stride: int) -> nn.Module | None:
        if inputs == width and stride == 1:
            return None
        layers: Layers = {}
        self._conv(layers, "", inputs, width, stride, kernel=1)
        if not self.pre_activation:
            self._norm(layers, "", width)
        return sequential(layers)

    def _conv(
        self, layers: Layers, label: str, inputs: int, width: int, stride: int, *, kernel: int = 3
    ) -> None:
        filters = conv(
            inputs, width, kernel, stride=stride, padding=kernel // 2, bias=self.style.biased
        )
        layers[f"conv{label}"] = normalise(self.style.norm, filters)

    def _norm(self, layers: Layers, label: str, width: int) -> None:
        layer = norm_layer(self.style.norm, width, 2)
        if layer is not None:
            layers[f"norm{label}"] = layer

    def _activation(self) -> nn.Module:
        return activations.activation(self.style.activation)


def _unwidened(style: Style) -> Style:
    if style.pieces > 1:
        raise NetworkError(
            "resnet has no maxout: its sum of branch and shortcut has no pieces to choose from",
            where="network.activation",
            next_step="choose another activation, or the network cnn",
        )
    return style
