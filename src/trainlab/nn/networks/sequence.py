"""Recurrent networks: the steps of a sequence, or the rows of an image, one after another.

`dropout` acts between layers and before the output, `input_dropout` on each layer's inputs and
`recurrent_dropout` on the state on its way back. The last two keep one mask over time (Gal &
Ghahramani 2016); with `variational: false` they draw another at each step.
"""

from __future__ import annotations

from typing import Annotated, Literal

from annotated_types import Gt
from torch import nn

from trainlab.nn import recurrent
from trainlab.nn.choice import Choice
from trainlab.nn.dropout import Dropout
from trainlab.nn.networks.parts import Layers, Rate, affine, finish, sequential
from trainlab.nn.networks.shape import sequence_shape
from trainlab.nn.recurrent import Drops

__all__ = ["gru", "lstm", "rnn"]

Read = Literal["last", "mean"]
READERS: dict[str, type[nn.Module]] = {
    "last": recurrent.LastStep,
    "mean": recurrent.MeanOverTime,
}


def rnn(
    feature_shape: tuple[int, ...],
    outputs: int,
    *,
    hidden: Annotated[int, Gt(0)] = 64,
    layers: Annotated[int, Gt(0)] = 1,
    read: Read = "last",
    activation: Literal["tanh", "relu"] = "tanh",
    init: Choice = "orthogonal",
    dropout: Rate = 0.0,
    input_dropout: Rate = 0.0,
    recurrent_dropout: Rate = 0.0,
    variational: bool = True,
) -> nn.Module:
    """Build a simple recurrent network: [B, T, D] -> [B, outputs]."""
    cell = recurrent.RNN if activation == "tanh" else recurrent.RNN_RELU
    _, features = sequence_shape(feature_shape, "rnn")
    drop = Drops(dropout, input_dropout, recurrent_dropout, variational)
    body = recurrent.Recurrent(cell, features, hidden, layers, drop)
    return _read_out(feature_shape, body, read, outputs, dropout, init)


def lstm(
    feature_shape: tuple[int, ...],
    outputs: int,
    *,
    hidden: Annotated[int, Gt(0)] = 64,
    layers: Annotated[int, Gt(0)] = 1,
    read: Read = "last",
    forget_bias: float = 1.0,
    init: Choice = "orthogonal",
    dropout: Rate = 0.0,
    input_dropout: Rate = 0.0,
    recurrent_dropout: Rate = 0.0,
    variational: bool = True,
) -> nn.Module:
    """Build a network of long short-term memory: [B, T, D] -> [B, outputs]."""
    _, features = sequence_shape(feature_shape, "lstm")
    drop = Drops(dropout, input_dropout, recurrent_dropout, variational)
    body = recurrent.Recurrent(recurrent.LSTM, features, hidden, layers, drop, forget_bias)
    return _read_out(feature_shape, body, read, outputs, dropout, init)


def gru(
    feature_shape: tuple[int, ...],
    outputs: int,
    *,
    hidden: Annotated[int, Gt(0)] = 64,
    layers: Annotated[int, Gt(0)] = 1,
    read: Read = "last",
    init: Choice = "orthogonal",
    dropout: Rate = 0.0,
    input_dropout: Rate = 0.0,
    recurrent_dropout: Rate = 0.0,
    variational: bool = True,
) -> nn.Module:
    """Build a network of gated recurrent units: [B, T, D] -> [B, outputs]."""
    _, features = sequence_shape(feature_shape, "gru")
    drop = Drops(dropout, input_dropout, recurrent_dropout, variational)
    body = recurrent.Recurrent(recurrent.GRU, features, hidden, layers, drop)
    return _read_out(feature_shape, body, read, outputs, dropout, init)


def _read_out(
    feature_shape: tuple[int, ...],
    body: recurrent.Recurrent,
    read: Read,
    outputs: int,
    dropout: float,
    init: Choice,
) -> nn.Module:
    """Chain what reads the input, the recurrence, what reads the sequence, and the output."""
    layers: Layers = {"rows": recurrent.ImageRows()} if len(feature_shape) == 3 else {}
    layers |= {"recurrent": body, "read": READERS[read]()}
    if dropout:
        layers["dropout"] = Dropout(dropout)
    layers["output"] = affine(body.hidden, outputs)
    return finish(sequential(layers), init)
