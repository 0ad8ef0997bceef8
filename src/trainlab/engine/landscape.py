"""The loss of one step as a function of theta: its batches, its keys, asked as often as needed.

Running statistics follow the first evaluation only, as if there had been no other; each later one
starts from where the first did, so that all of them are one function.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import torch
from torch import Tensor

from trainlab.averages import row_dot, wide
from trainlab.engine.dials import Column
from trainlab.engine.forward import QUIET, Forward, State
from trainlab.engine.population import Population
from trainlab.engine.step import Batch, mean
from trainlab.engine.twice import gradient_of, pulled
from trainlab.rules.second_order import Place, Product

__all__ = ["Ground"]


@dataclass(frozen=True)
class _Part:
    """One batch of a step, and what its evaluation starts from."""

    batch: Batch
    buffers: State
    torch_seeds: tuple[int, ...]


@dataclass
class Ground:
    """A population's landscape in one step; the first `survey` makes it."""

    population: Population
    forward: Forward
    smoothing: Column
    penalty: Tensor | None = None
    """Strength of an L2 penalty that the loss contains, [P, N] or [1, N]."""
    _parts: list[_Part] = field(default_factory=list)
    _after: State = field(default_factory=dict)

    def survey(self, batches: Iterable[Batch]) -> tuple[Tensor, Tensor]:
        """Evaluate where the members stand, without the penalty: loss [P], gradient [P, N]."""
        moving = self.population.moving

        def first(batch: Batch) -> tuple[Tensor, Tensor]:
            self._parts.append(_Part(batch, _cloned(moving), self.population.torch_seeds))
            return self.forward.gradient(*batch, self.smoothing)

        told = mean(first(batch) for batch in batches)
        self._after = _cloned(moving)
        return told

    def place(self, theta: Tensor, loss: Tensor, g: Tensor) -> Place:
        """Add the penalty to what was found at theta."""
        f = wide(loss).unsqueeze(1)
        if self.penalty is None:
            return Place(theta, f, g)
        pull = self.penalty * theta
        return Place(theta, f + wide(row_dot(theta, pull)) / 2, g + pull)

    def at(self, theta: Tensor, asked: Tensor) -> Place:
        """Evaluate the rows that are asked for, bool [P, 1]; of others anything may be told."""
        self.population.theta.copy_(theta)  # what the modules see are views of it
        rows = asked.flatten()

        def again(part: _Part) -> tuple[Tensor, Tensor]:
            self._start(part)
            return self.forward.gradient(*part.batch, self.smoothing, rows)

        return self.place(theta, *mean(map(again, self._parts)))

    def curvature(self, theta: Tensor) -> Product:
        """Give the product with the Hessian at theta: the gradient, differentiated once more.

        Raises NetworkError for a network that can be differentiated only once.
        """
        theta = theta.detach().requires_grad_()
        g = torch.zeros_like(theta)
        for part in self._parts:
            self._start(part)
            buffers = self.population.buffers | _cloned(part.buffers)
            with QUIET:
                losses = self.forward.losses(theta, buffers, *part.batch, self.smoothing)
            mean_loss = losses.sum() / len(self._parts)
            g = g + gradient_of(mean_loss, theta, self.population.module)
        penalty = 0.0 if self.penalty is None else self.penalty
        return lambda v: pulled(g, theta, v, self.population.module) + penalty * v

    def leave(self) -> None:
        """Let the buffers be what the first evaluation made of them."""
        _put(self.population.moving, self._after)

    def _start(self, part: _Part) -> None:
        _put(self.population.moving, part.buffers)
        self.population.torch_seeds = part.torch_seeds


def _cloned(buffers: State) -> State:
    return {name: buffer.clone() for name, buffer in buffers.items()}


def _put(buffers: State, values: State) -> None:
    for name, buffer in buffers.items():
        buffer.copy_(values[name])
