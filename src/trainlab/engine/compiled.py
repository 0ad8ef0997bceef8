"""The same update as one compiled program: forward, backward, clipping, decay and rule, fused.

It pays where the passes over theta cost as much as the products: many small dense networks, for
many steps. Compiling takes tens of seconds for each number of rows, and the last bits are not those
of the eager update, so a resume goes on in the way that the run began.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.func import grad

from trainlab.engine.dials import Column
from trainlab.engine.forward import QUIET, Batched, Forward, State
from trainlab.engine.population import Population
from trainlab.engine.step import Batch, Stepped, Update, mean

__all__ = ["CompiledUpdate", "can_compile"]

Told = tuple[Tensor, Tensor, Tensor]
"""Loss [P], gradient [P, N], whether both were finite [P]."""
Columns = Mapping[str, Column]


def can_compile(device: torch.device) -> bool:
    """Whether there is a compiler for a device's code."""
    if device.type == "cpu":
        return any(shutil.which(name) for name in ("c++", "g++", "clang++", "cl"))
    return device.type == "cuda"


@dataclass
class CompiledUpdate:
    """Takes the place of an `Update`, and is called in the same way; needs `Batched`."""

    update: Update
    accumulates: bool = False
    """Whether a step has several batches: their gradients and the move are then two programs."""
    _forward: Forward | None = None
    _programs: _Programs | None = None

    def __call__(
        self,
        population: Population,
        forward: Forward,
        batches: Iterable[Batch],
        h: Mapping[str, Column],
        active: Tensor | None = None,
    ) -> Stepped:
        """Take one step in place; rows that are not active, bool [P], or not finite stay."""
        if self._programs is None or forward is not self._forward:
            self._forward, self._programs = forward, _compile(self.update, forward)
        theta, programs = population.theta, self._programs
        if active is None:
            active = torch.ones(population.p, dtype=torch.bool, device=theta.device)
        numbers = {**self.update.rule.hyper, **h}
        smoothing = numbers.pop("label_smoothing")
        columns = {name: _tensor(value, theta) for name, value in numbers.items()}
        population.module.train()
        network, state = (theta, population.buffers), (population.slots, population.kept)
        if self.accumulates:
            with QUIET:
                loss, raw = mean(
                    programs.gradient(network, batch, columns, smoothing) for batch in batches
                )
            finite = programs.move(theta, state, (loss, raw), columns, active)
        else:
            (batch,) = batches
            with QUIET:
                loss, raw, finite = programs.step(network, state, batch, columns, smoothing, active)
        return Stepped(loss, raw, None if bool(finite.all()) else finite)


@dataclass(frozen=True)
class _Programs:
    """A step as one program, and as its two halves; each is compiled when it is first called."""

    step: Callable[..., Told]
    gradient: Callable[..., tuple[Tensor, Tensor]]
    move: Callable[..., Tensor]


def _compile(update: Update, forward: Forward) -> _Programs:
    if not isinstance(forward, Batched):
        raise TypeError("only members that run in one call can be compiled together")
    body = _Body(update, forward)
    return _Programs(
        step=torch.compile(body.step, dynamic=False),
        gradient=torch.compile(body.gradient, dynamic=False),
        move=torch.compile(body.move, dynamic=False),
    )


@dataclass(frozen=True, eq=False)
class _Body:
    """What is compiled: a step in plain expressions, that moves what it is given."""

    update: Update
    forward: Batched

    def step(
        self,
        network: tuple[Tensor, State],
        state: tuple[State, State],
        batch: Batch,
        h: Columns,
        smoothing: Column,
        active: Tensor,
    ) -> Told:
        """Take a step of one batch."""
        loss, raw = self.gradient(network, batch, h, smoothing)
        return loss, raw, self.move(network[0], state, (loss, raw), h, active)

    def gradient(
        self, network: tuple[Tensor, State], batch: Batch, h: Columns, smoothing: Column
    ) -> tuple[Tensor, Tensor]:
        """Give losses and gradient; running statistics move by the first pass only."""
        theta, buffers = network
        first: State = {}

        def total(theta: Tensor) -> tuple[Tensor, tuple[Tensor, State]]:
            moved = {name: buffer.clone() for name, buffer in buffers.items()}
            losses = self.forward.losses(theta, moved, *batch, smoothing)
            return losses.sum(), (losses, moved)

        def at(place: Tensor) -> tuple[Tensor, Tensor]:
            raw, (loss, moved) = grad(total, has_aux=True)(place)
            first.update(moved)
            return loss, raw

        def again(place: Tensor) -> tuple[Tensor, Tensor]:
            raw, (loss, _) = grad(total, has_aux=True)(place)
            return loss, raw

        loss, raw = self.update.differentiate(theta, at, again, h)
        for name, buffer in first.items():
            buffers[name].copy_(buffer)
        return loss, raw

    def move(
        self,
        theta: Tensor,
        state: tuple[State, State],
        told: tuple[Tensor, Tensor],
        h: Columns,
        active: Tensor,
    ) -> Tensor:
        """Move the rows that are active and finite; give which were finite."""
        (slots, kept), (loss, raw) = state, told
        finite = torch.isfinite(loss + raw.sum(dim=1))
        moving = (finite & active).unsqueeze(1)
        before = theta.clone()
        g = self.update.prepare(theta, torch.where(moving, raw, 0), h)
        amount, after = self.update.rule.step(g, slots, h)
        moved_to = theta - amount
        self.update.settle(moved_to, kept, h)
        theta.copy_(torch.where(moving, moved_to, before))
        for name, slot in after.items():
            slots[name].copy_(slot)
        return finite


def _tensor(value: Column, like: Tensor) -> Tensor:
    """Give a number as a 0-d tensor: its changes then need no new program."""
    if isinstance(value, Tensor):
        return value  # of theta's dtype, or a key
    return torch.as_tensor(value, dtype=like.dtype, device=like.device)
