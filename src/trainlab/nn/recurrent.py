"""Recurrent layers written as cells over time: they equal torch's, and run with a member axis.

Torch's fused layers have no batching rule. These keep torch's names, shapes and gate order, so a
state_dict goes either way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from trainlab.nn.dropout import Dropout, RecurrentDropout, VariationalDropout

__all__ = [
    "GRU",
    "LSTM",
    "RNN",
    "RNN_RELU",
    "Cell",
    "Drops",
    "ImageRows",
    "LastStep",
    "MeanOverTime",
    "Recurrent",
    "State",
]

State = tuple[Tensor, ...]


@dataclass(frozen=True)
class Cell:
    """One step of a recurrence: what comes in, what comes back, the state -> the next state."""

    step: Callable[[Tensor, Tensor, State], State]
    """(from the input [B, gates * H], from the state [B, gates * H], state) -> next; h is first."""
    gates: int = 1
    states: int = 1
    forget: int | None = None
    """The place of the gate whose bias starts open."""


def _tanh(i: Tensor, r: Tensor, state: State) -> State:
    """H = tanh(W x + b + U h + c) (Elman 1990)."""
    return (torch.tanh(i + r),)


def _relu(i: Tensor, r: Tensor, state: State) -> State:
    """H = max(0, W x + b + U h + c) (Le, Jaitly & Hinton 2015)."""
    return (torch.relu(i + r),)


def _lstm(i: Tensor, r: Tensor, state: State) -> State:
    """C = f c + i g and h = o tanh(c) (Gers, Schmidhuber & Cummins 2000)."""
    _, c = state
    enter, forget, new, out = (i + r).chunk(4, dim=1)
    c = torch.sigmoid(forget) * c + torch.sigmoid(enter) * torch.tanh(new)
    return torch.sigmoid(out) * torch.tanh(c), c


def _gru(i: Tensor, r: Tensor, state: State) -> State:
    """H = (1 - z) n + z h, n = tanh(i_n + r * r_n) (Cho et al. 2014, torch's dialect)."""
    (h,) = state
    i_reset, i_keep, i_new = i.chunk(3, dim=1)
    r_reset, r_keep, r_new = r.chunk(3, dim=1)
    new = torch.tanh(i_new + torch.sigmoid(i_reset + r_reset) * r_new)
    return (new + torch.sigmoid(i_keep + r_keep) * (h - new),)


RNN = Cell(_tanh)
RNN_RELU = Cell(_relu)
LSTM = Cell(_lstm, gates=4, states=2, forget=1)
GRU = Cell(_gru, gates=3)


@dataclass(frozen=True)
class Drops:
    """Where a recurrent network drops, at which rates; a rate of 0 adds no layer."""

    between: float = 0.0
    """Of each value that one layer hands to the next."""
    inputs: float = 0.0
    """Of each layer's inputs, by VariationalDropout."""
    states: float = 0.0
    """Of each layer's state on its way back, by RecurrentDropout."""
    variational: bool = True
    """Whether the last two keep one mask over time, instead of another at each step."""


NOWHERE = Drops()


class Recurrent(nn.Module):
    """A stack of recurrent layers: [B, T, inputs] -> [B, T, hidden].

    A weight holds one matrix per gate, one under the other.
    """

    cell: Cell

    def __init__(
        self,
        cell: Cell,
        inputs: int,
        hidden: int,
        layers: int = 1,
        drop: Drops = NOWHERE,
        forget_bias: float = 1.0,
    ) -> None:
        super().__init__()
        self.cell, self.forget_bias = cell, forget_bias
        self.inputs, self.hidden, self.layers = inputs, hidden, layers
        rows = cell.gates * hidden
        for layer in range(layers):
            width = inputs if layer == 0 else hidden
            self.register_parameter(f"weight_ih_l{layer}", _empty(rows, width))
            self.register_parameter(f"weight_hh_l{layer}", _empty(rows, hidden))
            self.register_parameter(f"bias_ih_l{layer}", _empty(rows))
            self.register_parameter(f"bias_hh_l{layer}", _empty(rows))
        constant = drop.variational
        self.drops = _several(Dropout, drop.between, layers - 1)
        self.input_drops = _several(
            partial(VariationalDropout, constant=constant), drop.inputs, layers
        )
        self.state_drops = _several(
            partial(RecurrentDropout, constant=constant), drop.states, layers
        )
        self.reset_biases()

    def reset_biases(self) -> None:
        """Set the biases to 0, and the forget gate's to its start: it begins open."""
        for name, bias in self.named_parameters(recurse=False):
            if name.startswith("bias"):
                nn.init.zeros_(bias)
            if name.startswith("bias_ih") and self.cell.forget is not None:
                nn.init.constant_(bias.chunk(self.cell.gates)[self.cell.forget], self.forget_bias)

    def forward(self, x: Tensor) -> Tensor:
        """Run every layer over the whole sequence."""
        return self.run(x)[0]

    def run(self, x: Tensor, start: Sequence[State] = ()) -> tuple[Tensor, list[State]]:
        """Give the last layer's outputs and each layer's last state; `start` is zero if left out.

        A state holds one [B, hidden] per state of the cell.
        """
        ends: list[State] = []
        zero = (x.new_zeros(x.shape[0], self.hidden),) * self.cell.states
        for layer in range(self.layers):
            if layer and len(self.drops):
                x = self.drops[layer - 1](x)
            if len(self.input_drops):
                x = self.input_drops[layer](x)
            x, end = self._scan(x, layer, start[layer] if start else zero)
            ends.append(end)
        return x, ends

    def _scan(self, x: Tensor, layer: int, state: State) -> tuple[Tensor, State]:
        weight, bias = getattr(self, f"weight_hh_l{layer}"), getattr(self, f"bias_hh_l{layer}")
        arriving = F.linear(
            x, getattr(self, f"weight_ih_l{layer}"), getattr(self, f"bias_ih_l{layer}")
        )
        outputs = []
        for i, mask in zip(arriving.unbind(dim=1), self._masks(x, layer), strict=True):
            back = state[0] if mask is None else state[0] * mask
            state = self.cell.step(i, F.linear(back, weight, bias), state)
            outputs.append(state[0])
        return torch.stack(outputs, dim=1), state

    def _masks(self, x: Tensor, layer: int) -> Sequence[Tensor | None]:
        """Give each step's mask [B, hidden] on the state that comes back, or None."""
        if not (self.training and len(self.state_drops)):
            return [None] * x.shape[1]
        drop = cast(RecurrentDropout, self.state_drops[layer])
        shape = (*x.shape[:2], self.hidden)
        return drop.over_time(x, shape).expand(shape).unbind(dim=1)

    def extra_repr(self) -> str:
        """Show the sizes."""
        return f"{self.inputs}, {self.hidden}, layers={self.layers}"


class LastStep(nn.Module):
    """Read the last step of a sequence: [B, T, H] -> [B, H]."""

    def forward(self, x: Tensor) -> Tensor:
        """Apply."""
        return x[:, -1]


class MeanOverTime(nn.Module):
    """Read the mean over a sequence: [B, T, H] -> [B, H]."""

    def forward(self, x: Tensor) -> Tensor:
        """Apply."""
        return x.mean(dim=1)


class ImageRows(nn.Module):
    """Read an image as a sequence of its rows: [B, C, H, W] -> [B, H, C * W]."""

    def forward(self, x: Tensor) -> Tensor:
        """Apply."""
        return x.transpose(1, 2).flatten(2)


def _several(make: Callable[[float], nn.Module], rate: float, count: int) -> nn.ModuleList:
    return nn.ModuleList(make(rate) for _ in range(count if rate else 0))


def _empty(*shape: int) -> nn.Parameter:
    return nn.Parameter(torch.empty(shape))
