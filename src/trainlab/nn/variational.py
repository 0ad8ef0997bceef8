"""Torch's recurrent layers with variational dropout (Gal & Ghahramani 2016), in torch's manner.

Names, shapes, argument order and state_dicts are torch's; in evaluation so are the numbers.
`input_dropout` drops features of each layer's inputs, `recurrent_dropout` units of the state on its
way back, both the same ones at every step of an example.
"""

from __future__ import annotations

import torch
from torch import Generator, Tensor, nn

from trainlab.errors import NetworkError
from trainlab.nn import recurrent
from trainlab.nn.recurrent import Cell, Drops, Recurrent, State

__all__ = ["VariationalGRU", "VariationalLSTM", "VariationalRNN"]


class _Variational(Recurrent):
    """What the three share: their cell, how they start, and the shapes that go in and out."""

    kind: Cell

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        *,
        batch_first: bool = False,
        input_dropout: float = 0.25,
        recurrent_dropout: float = 0.25,
    ) -> None:
        drop = Drops(inputs=input_dropout, states=recurrent_dropout)
        super().__init__(self.kind, input_size, hidden_size, num_layers, drop)
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        self.batch_first = batch_first
        self.reset_parameters()

    def reset_parameters(self, generator: Generator | None = None) -> None:
        """Draw from U(-k, k), k = 1 / sqrt(hidden_size), as torch: by torch's generator if None."""
        bound = self.hidden**-0.5
        for weight in self.parameters():
            nn.init.uniform_(weight, -bound, bound, generator=generator)

    def _call(self, x: Tensor, start: tuple[Tensor, ...]) -> tuple[Tensor, State]:
        """Run [T, B, D], or [B, T, D] if batch_first; states are [num_layers, B, hidden_size]."""
        self._check(x, start)
        starts = list(zip(*(part.unbind(dim=0) for part in start), strict=True))
        outputs, ends = self.run(x if self.batch_first else x.transpose(0, 1), starts)
        states = tuple(torch.stack(parts) for parts in zip(*ends, strict=True))
        return outputs if self.batch_first else outputs.transpose(0, 1), states

    def _check(self, x: Tensor, start: tuple[Tensor, ...]) -> None:
        """Refuse what is not such a sequence, and a start that is not of it."""
        axes = "[B, T, {}]" if self.batch_first else "[T, B, {}]"
        takes = f"{type(self).__name__} takes {axes.format(self.input_size)}"
        if not isinstance(x, Tensor):
            raise NetworkError(
                f"{takes}, not a {type(x).__name__}",
                next_step="pad it (torch.nn.utils.rnn.pad_packed_sequence), and read each "
                "example's outputs at its own length",
            )
        if x.dim() != 3 or x.shape[2] != self.input_size or not x.shape[self.batch_first]:
            raise NetworkError(f"{takes} with T of 1 or more, not {list(x.shape)}")
        wanted = [self.num_layers, x.shape[not self.batch_first], self.hidden_size]
        given = [list(part.shape) for part in start]
        if start and given != [wanted] * self.cell.states:
            raise NetworkError(
                f"{type(self).__name__} starts from {self.cell.states} of {wanted}, not {given}"
            )


class VariationalLSTM(_Variational):
    """torch.nn.LSTM with variational dropout: `outputs, (h, c) = lstm(x)`."""

    kind = recurrent.LSTM

    def forward(  # type: ignore[override]
        self, x: Tensor, hx: tuple[Tensor, Tensor] | None = None
    ) -> tuple[Tensor, State]:
        """Run a sequence from a state, or from zero: [T, B, D] -> [T, B, H], (h, c)."""
        return self._call(x, () if hx is None else tuple(hx))


class _OneState(_Variational):
    def forward(self, x: Tensor, hx: Tensor | None = None) -> tuple[Tensor, Tensor]:  # type: ignore[override]
        """Run a sequence from a state, or from zero: [T, B, D] -> [T, B, H], h."""
        outputs, (h,) = self._call(x, () if hx is None else (hx,))
        return outputs, h


class VariationalGRU(_OneState):
    """torch.nn.GRU with variational dropout: `outputs, h = gru(x)`."""

    kind = recurrent.GRU


class VariationalRNN(_OneState):
    """torch.nn.RNN (tanh) with variational dropout: `outputs, h = rnn(x)`."""

    kind = recurrent.RNN
