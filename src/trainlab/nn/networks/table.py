"""The networks that a recipe can name. A builder's keyword-only parameters are its options."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from inspect import signature
from typing import Any

from torch import nn

from trainlab.nn.networks import cnn, dense, own, resnet, sequence
from trainlab.nn.networks.start import Start
from trainlab.nn.random_layers import RATES
from trainlab.tables import Card, Table

__all__ = ["NETWORKS", "NetworkRow"]


@dataclass(frozen=True, kw_only=True)
class NetworkRow:
    """One network: `build(feature_shape, outputs, **options)` gives an ordinary module."""

    build: Callable[..., nn.Module]
    card: Card

    @property
    def options(self) -> dict[str, Any]:
        """Give what a recipe says under `network`, with defaults: `...` where one must be given.

        Rates of random layers are said under `regularize`; where weights begin, by every network.
        """
        declared = [
            *signature(self.build).parameters.values(),
            *signature(Start).parameters.values(),
        ]
        return {
            each.name: ... if each.default is each.empty else each.default
            for each in declared
            if each.kind is each.KEYWORD_ONLY and each.name not in RATES
        }


NETWORKS: Table[NetworkRow] = Table(
    "network",
    {
        "linear": NetworkRow(
            build=dense.linear,
            card=Card(
                does="one affine layer: linear regression, or logistic with cross-entropy",
                formula="W x + b",
                helps="the first baseline of any task",
                hurts="what is not linearly separable",
                values="nothing to choose",
                paper="Legendre 1805; Cox 1958, for classes",
                torch="torch.nn.Linear",
            ),
        ),
        "mlp": NetworkRow(
            build=dense.mlp,
            card=Card(
                does="fully connected layers; images and sequences are flattened",
                formula="h <- act(norm(W h + b)), then W h + b",
                helps="tables, small images",
                hurts="images and sequences of any size: no weight is shared over space or time",
                values="widths [128, 64]; [] is linear; activation relu, init he_normal",
                paper="Rumelhart, Hinton & Williams 1986",
            ),
        ),
        "cnn": NetworkRow(
            build=cnn.cnn,
            card=Card(
                does="convolutions with pooling between them, then fully connected layers",
                formula="size (N + 2p - F) / S + 1",
                helps="images",
                hurts="more than some ten layers: take resnet",
                values="channels [32, 64], kernel 3, pool max of 2",
                paper="LeCun et al. 1998, Gradient-based learning",
            ),
        ),
        "resnet": NetworkRow(
            build=resnet.resnet,
            card=Card(
                does="blocks of two convolutions added to their input; residual: false is plain",
                formula="y = act(x + branch(x)); pre_activation: y = x + branch(norm, act of x)",
                helps="images, at any depth",
                hurts="very small images and data sets: a cnn is cheaper",
                values="widths [16, 32, 64], blocks 3 for 20 layers, norm batch",
                paper="He et al. 2016, section 4.2; pre-activation: He et al. 2016b",
                dialect="shortcuts that change the shape are 1 x 1 convolutions",
            ),
        ),
        "rnn": NetworkRow(
            build=sequence.rnn,
            card=Card(
                does="one state that every step overwrites",
                formula="h <- tanh(W x + b + U h + c)",
                helps="short sequences",
                hurts="long ones: gradients vanish or explode with the distance",
                values="hidden 64, init orthogonal, clip_norm 1",
                paper="Elman 1990",
                torch="torch.nn.RNN",
            ),
        ),
        "lstm": NetworkRow(
            build=sequence.lstm,
            card=Card(
                does="a memory with gates that add to it, forget and read",
                formula="c <- f c + i g, h = o tanh(c)",
                helps="sequences with distant dependences",
                hurts="speed: four gates a step",
                values="hidden 64, forget_bias 1; input_dropout and recurrent_dropout 0.25",
                paper="Hochreiter & Schmidhuber 1997; forget gate: Gers et al. 2000",
                torch="torch.nn.LSTM",
            ),
        ),
        "gru": NetworkRow(
            build=sequence.gru,
            card=Card(
                does="one state with a gate that keeps and one that resets",
                formula="h <- (1 - z) n + z h",
                helps="as lstm, with three quarters of its parameters",
                hurts="counting and very long memory",
                values="hidden 64",
                paper="Cho et al. 2014",
                dialect="torch's: the reset gate acts after the product with U",
                torch="torch.nn.GRU",
            ),
        ),
        "python": NetworkRow(
            build=own.python,
            card=Card(
                does="your own module: factory: package.module:name, options: {...}",
                helps="whatever is not here",
                hurts="layers without a batching rule are run member by member",
            ),
        ),
    },
)
