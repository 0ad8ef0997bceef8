"""The same update as one compiled program: forward, backward, clipping, decay and rule, fused.

It pays where the passes over theta cost as much as the products: many small dense networks, for
many steps. Compiling takes tens of seconds for each number of rows, and the last bits are not those
of the eager update, so a resume goes on in the way that the run began.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.func import grad

from trainlab.engine.dials import Column
from trainlab.engine.forward import Batched, Forward, State
from trainlab.engine.population import Population
from trainlab.engine.step import Stepped, Update

__all__ = ["CompiledUpdate", "can_compile"]

Told = tuple[Tensor, Tensor, Tensor]
"""Loss [P], gradient [P, N], whether both were finite [P]."""


def can_compile(device: torch.device) -> bool:
    """Whether there is a compiler for a device's code."""
    if device.type == "cpu":
        return any(shutil.which(name) for name in ("c++", "g++", "clang++", "cl"))
    return device.type == "cuda"


@dataclass
class CompiledUpdate:
    """Takes the place of an `Update`, and is called in the same way; needs `Batched`."""

    update: Update
    _forward: Forward | None = None
    _program: Callable[..., Told] | None = None

    def __call__(
        self,
        population: Population,
        forward: Forward,
        batch: tuple[Tensor, Tensor],
        h: Mapping[str, Column],
        active: Tensor | None = None,
    ) -> Stepped:
        """Take one step in place; rows that are not active, bool [P], or not finite stay."""
        if self._program is None or forward is not self._forward:
            self._forward, self._program = forward, self._compile(forward)
        theta = population.theta
        if active is None:
            active = torch.ones(population.p, dtype=torch.bool, device=theta.device)
        numbers = {**self.update.rule.hyper, **h}
        smoothing = numbers.pop("label_smoothing")
        columns = {name: _tensor(value, theta) for name, value in numbers.items()}
        population.module.train()
        state = (theta, population.buffers, population.slots)
        loss, raw, finite = self._program(state, batch, columns, smoothing, active)
        return Stepped(loss, raw, None if bool(finite.all()) else finite)

    def _compile(self, forward: Forward) -> Callable[..., Told]:
        if not isinstance(forward, Batched):
            raise TypeError("only members that run in one call can be compiled together")
        update = self.update

        def fused(
            state: tuple[Tensor, State, State],
            batch: tuple[Tensor, Tensor],
            h: Mapping[str, Column],
            smoothing: Column,
            active: Tensor,
        ) -> Told:
            theta, buffers, slots = state

            def total(theta: Tensor) -> tuple[Tensor, tuple[Tensor, State]]:
                moved = {name: buffer.clone() for name, buffer in buffers.items()}
                losses = forward.losses(theta, moved, *batch, smoothing)
                return losses.sum(), (losses, moved)

            raw, (loss, moved) = grad(total, has_aux=True)(theta)
            for name, buffer in moved.items():
                buffers[name].copy_(buffer)
            finite = torch.isfinite(loss + raw.sum(dim=1))
            moving = (finite & active).unsqueeze(1)
            before = theta.clone()
            g = update.prepare(theta, torch.where(moving, raw, 0), h)
            amount, after = update.rule.step(g, slots, h)
            moved_to = theta - amount
            update.settle(moved_to, h)
            theta.copy_(torch.where(moving, moved_to, before))
            for name, slot in after.items():
                slots[name].copy_(slot)
            return loss, raw, finite

        program: Callable[..., Told] = torch.compile(fused, dynamic=False)
        return program


def _tensor(value: Column, like: Tensor) -> Tensor:
    """Give a number as a 0-d tensor: its changes then need no new program."""
    if isinstance(value, Tensor):
        return value  # of theta's dtype, or a key
    return torch.as_tensor(value, dtype=like.dtype, device=like.device)
