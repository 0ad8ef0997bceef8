"""Members of one matrix with rules of their own: one gradient for all, each row its own step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

import torch
from torch import Tensor

from trainlab.averages import Value
from trainlab.rules.algebra import Rule
from trainlab.rules.views import cut_once
from trainlab.tables import Card

__all__ = ["Mixed", "cut"]

WHICH = "which"
"""The column that says which rule is whose; a slot, so that it stays with its row."""


class Mixed:
    """Several rules side by side. Slots of one name are one tensor: each rule has its own rows."""

    elementwise = False
    card = Card(does="lets each member of a population follow a rule of its own")

    def __init__(self, rules: Sequence[Rule], of: Sequence[int]) -> None:
        """Take the rules, and of each member the place of its own among them."""
        self.rules, self.of = tuple(rules), tuple(of)
        self.hyper: Mapping[str, float] = {}
        self._slots: dict[int, tuple[str, ...]] = {}
        self._known: tuple[Tensor, list[tuple[slice, int]]] | None = None

    def init(self, theta: Tensor) -> dict[str, Tensor]:
        """Give every rule's slots in its own rows, zeros in the others'."""
        slots = {WHICH: torch.tensor(self.of, dtype=theta.dtype, device=theta.device)[:, None]}
        for rows, place in _runs(self.of):
            own = self.rules[place].init(theta[rows])
            self._slots[place] = tuple(own)
            for name, slot in own.items():
                whole = slots.setdefault(name, slot.new_zeros(len(theta), slot.shape[1]))
                whole[rows] = slot
        return slots

    def step(
        self, g: Tensor, slots: Mapping[str, Tensor], h: Mapping[str, Value]
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """Give the amount to subtract of each row by its own rule, and the slots after it."""
        after = {name: slot.clone() for name, slot in slots.items()}
        amounts = []
        for rows, rule, own in self.parts(slots):
            amount, moved = rule.step(g[rows], own, cut(h, rows, len(g)))
            amounts.append(amount)
            for name, slot in moved.items():
                after[name][rows] = slot
        return torch.cat(amounts), after

    def parts(self, slots: Mapping[str, Tensor]) -> Iterator[tuple[slice, Rule, dict[str, Tensor]]]:
        """Give each run of rows that share a rule, the rule, and its slots in these rows."""
        which = slots[WHICH]
        if self._known is None or self._known[0] is not which:  # rows were dropped, or loaded
            self._known = which, list(_runs(which.flatten().long().tolist()))
        for rows, place in self._known[1]:
            yield (
                rows,
                self.rules[place],
                {name: cut_once(slots[name], rows) for name in self._slots[place]},
            )


def cut(h: Mapping[str, Value], rows: slice, members: int) -> dict[str, Value]:
    """Give the hyperparameters of some rows."""
    return {
        name: value[rows]
        if isinstance(value, Tensor) and value.dim() == 2 and len(value) == members
        else value
        for name, value in h.items()
    }


def _runs(of: Sequence[int]) -> Iterator[tuple[slice, int]]:
    first = 0
    for place, run in groupby(of):
        last = first + len(list(run))
        yield slice(first, last), place
        first = last
