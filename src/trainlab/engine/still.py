"""The loss of one network on examples that stay, as a function of its weights alone.

    L(theta) = mean over the examples of loss(network(theta, x), y),    theta [P, N] -> [P]

Every evaluation starts from the same buffers and the same state of torch's generators, so that
random layers draw alike at every theta. The network, its mode and the generators stay as they were.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.func import functional_call, vmap

from trainlab.averages import wide
from trainlab.engine.forward import QUIET, State
from trainlab.errors import DataError
from trainlab.layout import layout_of
from trainlab.losses import MeanLoss

__all__ = ["Piece", "StillLoss", "held"]


@dataclass(frozen=True)
class Piece:
    """Examples that are run together, and their share of all."""

    x: Tensor
    y: Tensor
    share: float


class StillLoss:
    """A network's mean loss on x [n, ...], y [n, ...]; `loss` is a mean over the examples it gets.

    By default the network is in evaluation mode: norms use their running statistics, random layers
    are off, and the examples are run in pieces. With `training` norms use the statistics of all
    examples, which are then run as one batch, and random layers are on.
    """

    def __init__(
        self,
        module: nn.Module,
        x: Tensor,
        y: Tensor,
        loss: MeanLoss,
        *,
        training: bool = False,
        at_once: int = 1 << 15,
    ) -> None:
        if not len(x) == len(y) > 0:
            raise DataError(f"{len(x)} examples with {len(y)} targets", allowed=["as many, not 0"])
        self.module = deepcopy(module).train(training)
        self.loss = loss
        self.layout = layout_of(self.module)
        named = {name: p.detach() for name, p in self.module.named_parameters()}
        self.theta = self.layout.pack(named)
        """Where the network stands, [N]."""
        frozen = {name: p for name, p in named.items() if name not in self.layout.names}
        self.buffers = frozen | {name: b.detach() for name, b in self.module.named_buffers()}
        size = len(x) if training else max(1, min(len(x), at_once))
        self.pieces = _pieces(x, y, size)
        self.rows = max(1, at_once // size)
        """Rows that are run at once; `at_once` bounds rows times examples, not the result."""

    def at(self, rows: Tensor) -> Tensor:
        """Evaluate at every row: [P, N] -> [P], in float64 where the device has it."""
        with torch.no_grad():
            return torch.cat([self._all(part) for part in torch.split(rows, self.rows)])

    def of(self, theta: Tensor, piece: Piece) -> Tensor:
        """Give the loss of one piece at theta [N], [], to be differentiated."""
        with held():
            return self._one(theta, self._moving(), piece)

    def _all(self, rows: Tensor) -> Tensor:
        """Give the mean over the pieces, so weighed that every example counts alike."""
        parts = [piece.share * wide(self._each(rows, piece)) for piece in self.pieces]
        return torch.stack(parts).sum(dim=0)

    def _each(self, rows: Tensor, piece: Piece) -> Tensor:
        """Run all rows in one call; in turn where an operation has no batching rule."""
        if len(rows) == 1:
            return self.of(rows[0], piece).unsqueeze(0)
        try:
            run = vmap(self._one, (0, 0, None), randomness="error")  # torch's own draws go in turn
            with QUIET:
                found: Tensor = run(rows, self._moving(len(rows)), piece)
            return found
        except (RuntimeError, NotImplementedError, ValueError):
            return torch.stack([self.of(row, piece) for row in rows])

    def _moving(self, *rows: int) -> State:
        """Give copies of the buffers, which batch norm writes into; [P, ...] for P rows."""
        return {
            name: each.expand((*rows, *each.shape)).clone() for name, each in self.buffers.items()
        }

    def _one(self, theta: Tensor, buffers: State, piece: Piece) -> Tensor:
        weights = self.layout.unpack(theta)
        output = functional_call(self.module, (weights, buffers), (piece.x,))
        return self.loss(output, piece.y)


def _pieces(x: Tensor, y: Tensor, size: int) -> list[Piece]:
    parts = zip(torch.split(x, size), torch.split(y, size), strict=True)
    return [Piece(one, other, len(one) / len(x)) for one, other in parts]


@contextmanager
def held() -> Iterator[None]:
    """Start torch's generators from one state; put them back to where they were."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        yield
