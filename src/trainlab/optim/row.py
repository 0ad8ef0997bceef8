"""Parameters of one type, device and history as rows, each a population of one.

    g, a row slot     [1, N], the parameters of the row one after the other
    a column slot     [1, 1], shared by all of them

Small parameters are packed into a row that fits in cache, so that many cost as little as one; a
large one is a row by itself. The parameters keep their own memory, so that a user may move, tie,
save or replace them; the state that torch shows for each is made of views into the row's slots.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor

from trainlab.averages import Value
from trainlab.errors import InputError
from trainlab.layout import Layout
from trainlab.optim.in_lists import Around, dense_gradients, step_in_lists, step_with_momentum
from trainlab.rules import Rule, apply, on

__all__ = ["NONE", "Names", "Row", "State", "columns_of", "rows_of"]

State = dict[str, Any]
"""What the optimizer keeps of one parameter: step, and the rule's slots."""
Names = Mapping[str, str]
"""What a state calls a slot, where that is not the rule's own name."""
NONE: Names = MappingProxyType({})

PACK = 1 << 16
"""Weights of a pack, where the rule lets weights be parted."""


@dataclass(frozen=True, eq=False)
class Buffer:
    """Memory for one row, and the views of it that have the shapes of the parameters."""

    row: Tensor
    views: list[Tensor]

    @classmethod
    def like(cls, params: Sequence[Tensor]) -> Buffer:
        """Make room for values of these shapes, [1, N]."""
        sizes = [p.numel() for p in params]
        row = params[0].new_empty(1, sum(sizes))
        parts = torch.split(row[0], sizes)
        return cls(row, [part.view(p.shape) for part, p in zip(parts, params, strict=True)])


@dataclass(frozen=True, kw_only=True, eq=False)
class Row:
    """Parameters that are stepped together."""

    rule: Rule
    params: list[Tensor]
    slots: dict[str, Tensor]
    t: Tensor
    """Steps taken, int64 on the CPU."""
    views: dict[str, list[Tensor]]
    """Views into the row slots that have the shapes of the parameters."""
    names: Names
    room: tuple[Buffer, Buffer] | None
    """Where parameters and gradients are gathered; one parameter alone is stepped where it lies."""

    def step(self, h: Mapping[str, Value], around: Around) -> None:
        """Take one step; every parameter has a gradient, which is only read."""
        t = int(self.t.add_(1))
        gradients = dense_gradients(self.params)
        lists = (self.params, gradients)
        if step_with_momentum(self.rule, (*lists, self.views.get("m", [])), t, h, around):
            return
        h = {**h, "t": t, "lr": h["lr"] / (1 + (t - 1) * around.lr_decay)}
        if step_in_lists(self.rule, lists, self.views, self.slots, h, around):
            return
        theta, g = self._gathered(gradients)
        if around.maximize:
            g = -g
        if around.decay != 0 and around.decoupled:
            theta.mul_(1 - h["lr"] * around.decay)
        elif around.decay != 0:
            g = g.add(theta, alpha=around.decay)
        after = dict(self.slots)
        apply(self.rule, theta, g, after, h)
        self._give_back(theta, after)

    def _gathered(self, gradients: list[Tensor]) -> tuple[Tensor, Tensor]:
        if self.room is None:
            return self.params[0].reshape(1, -1), gradients[0].reshape(1, -1)
        theta, g = self.room
        torch._foreach_copy_(theta.views, self.params)
        torch._foreach_copy_(g.views, gradients)
        return theta.row, g.row

    def _give_back(self, theta: Tensor, after: Mapping[str, Tensor]) -> None:
        """Hand the parameters what was stepped as a copy; keep the slots in their memory."""
        if self.room is not None:
            torch._foreach_copy_(self.params, self.room[0].views)
        elif theta.data_ptr() != self.params[0].data_ptr():
            self.params[0].copy_(theta.view(self.params[0].shape))
        for name, slot in self.slots.items():
            if after[name] is not slot:
                slot.copy_(after[name])  # the states are views into it

    def states(self) -> list[State]:
        """Give each parameter's share: views of the row slots, the column slots whole."""
        states: list[State] = [{"step": self.t} for _ in self.params]
        for name, slot in self.slots.items():
            parts = self.views.get(name, [slot] * len(states))
            for state, part in zip(states, parts, strict=True):
                state[self.names.get(name, name)] = part
        return states


def rows_of(
    rule: Rule,
    params: Iterable[Tensor],
    states: Mapping[Tensor, State],
    start: Mapping[str, float],
    names: Names = NONE,
) -> list[Row]:
    """Gather parameters into as few rows as their types, devices and histories allow.

    A parameter without a state begins at step 0, its slots at the rule's start or at `start`.
    """
    alike: dict[tuple[Any, ...], list[Tensor]] = {}
    columns = [names.get(name, name) for name in sorted(columns_of(rule))]
    for p in params:
        alike.setdefault(_history(p, states.get(p, {}), columns), []).append(p)
    packs = [
        pack
        for group in alike.values()
        for pack in (_packs(group) if rule.elementwise else [group])
    ]
    return [_row(rule, pack, [states.get(p, {}) for p in pack], start, names) for pack in packs]


def _packs(params: Iterable[Tensor]) -> list[list[Tensor]]:
    """Fill packs one after the other; what exceeds a pack is one alone."""
    packs: list[list[Tensor]] = []
    room = 0
    for p in params:
        if p.numel() > room:
            packs.append([])
            room = PACK
        packs[-1].append(p)
        room -= p.numel()
    return packs


def _row(
    rule: Rule,
    params: list[Tensor],
    states: Sequence[State],
    start: Mapping[str, float],
    called: Names,
) -> Row:
    """Start a row, from what the states hold where they hold it."""
    shapes = tuple(p.shape for p in params)
    places, matrices = map(str, range(len(shapes))), (len(shape) > 1 for shape in shapes)
    rule = on(rule, Layout(tuple(places), shapes, tuple(matrices)))
    room = (Buffer.like(params), Buffer.like(params)) if len(params) > 1 else None
    slots = rule.init(room[0].row if room else params[0].reshape(1, -1))
    sizes, columns = [p.numel() for p in params], columns_of(rule)
    for name, slot in slots.items():
        if name in start:
            slot.fill_(start[name])
        whole, known = name in columns, called.get(name, name)
        parts = [slot[0]] if whole else torch.split(slot[0], sizes)
        for state, part in zip(states, parts, strict=not whole):
            if known in state:
                part.copy_(state[known].reshape(-1))
    t = torch.tensor(int(states[0].get("step", 0)))
    views = {
        name: [
            part.view(shape)
            for part, shape in zip(torch.split(slot[0], sizes), shapes, strict=True)
        ]
        for name, slot in slots.items()
        if name not in columns
    }
    return Row(rule=rule, params=params, slots=slots, t=t, views=views, names=called, room=room)


def columns_of(rule: Rule) -> set[str]:
    """Name the slots that all weights of a row share."""
    return {name for name, slot in rule.init(torch.zeros(1, 2)).items() if slot.shape[1] == 1}


def _history(p: Tensor, state: State, columns: Iterable[str]) -> tuple[Any, ...]:
    """Say what parameters must have alike to be stepped together."""
    if p.is_complex():
        raise InputError(
            f"the rules step real numbers, not {p.dtype}",
            next_step="make parameters of the real and the imaginary part",
        )
    shared = [float(state[name]) for name in columns if name in state]
    return (p.dtype, p.device, int(state.get("step", 0)), *shared)
