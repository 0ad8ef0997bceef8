"""Take one step in place: the only file here that knows how, not what.

A rule is a pure expression of about ten passes over its tensors. Where torch has a fused kernel
for it, and members share their hyperparameters or are large, that kernel passes once. Elsewhere on
a CPU the passes are kept in cache: the population is cut into blocks of whole rows, or of a part of
one row, and each block is stepped by itself; no weight's arithmetic changes, so neither do the
bits. Compiled, the passes are fused into one. Kernels and compiled steps may differ in the last
place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from types import FunctionType

import torch
from torch import Tensor

from trainlab.averages import Value
from trainlab.rules.algebra import Rule
from trainlab.rules.blocks import blocks
from trainlab.rules.fused import Numbers, fused, of_rows, read
from trainlab.rules.mixed import Mixed, cut
from trainlab.rules.views import cut_once

__all__ = ["apply"]

BLOCK = 1 << 16
"""Weights per block: theta, g, two slots and the temporaries are 2 MiB of float32, one L2 cache."""

Step = Callable[
    [Tensor, Mapping[str, Tensor], Mapping[str, Value]], tuple[Tensor, dict[str, Tensor]]
]
InPlace = Callable[[Tensor, Tensor, dict[str, Tensor], Mapping[str, Value]], None]


def apply(
    rule: Rule,
    theta: Tensor,
    g: Tensor,
    slots: dict[str, Tensor],
    h: Mapping[str, Value],
    compiled: bool = False,
) -> None:
    """Update theta [P, N] in place, and the dict of slots, by one step of the rule.

    The dict may hold new tensors afterwards. `compiled` takes seconds the first time for a rule
    and a shape, and pays from about a million weights on.
    """
    if compiled and not isinstance(rule, Mixed):
        named = {**rule.hyper, **h}.items()
        tensors = {name: torch.as_tensor(v, dtype=g.dtype, device=g.device) for name, v in named}
        _compiled(rule.step)(theta, g, slots, tensors)
        return
    numbers = read(h, theta)
    if not isinstance(rule, Mixed):
        if not _by_kernel(rule, theta, g, slots, numbers):
            _by_expression(rule, theta, g, slots, h)
        return
    for rows, own_rule, part in rule.parts(slots):
        own = dict(part)
        place = cut_once(theta, rows)
        if not _by_kernel(own_rule, place, g[rows], own, of_rows(numbers, rows)):
            _by_expression(own_rule, place, g[rows], own, cut(h, rows, len(theta)))
        for name, slot in own.items():
            if slot is not part[name]:
                part[name].copy_(slot)


def _by_kernel(
    rule: Rule, theta: Tensor, g: Tensor, slots: dict[str, Tensor], numbers: Numbers
) -> bool:
    """Step by a kernel, run by run of equal members; give whether there is one."""
    found = fused(rule, theta, numbers)
    if found is None:
        return False
    kernel, runs = found
    for rows, own in runs:
        part = {name: cut_once(slot, rows) for name, slot in slots.items()}
        kernel(cut_once(theta, rows), g[rows], part, own)
    return True


def _by_expression(
    rule: Rule, theta: Tensor, g: Tensor, slots: dict[str, Tensor], h: Mapping[str, Value]
) -> None:
    if theta.device.type == "cpu" and theta.numel() > BLOCK:
        _step_blocks(rule, theta, g, slots, h)
        return
    amount, after = rule.step(g, slots, h)
    theta.sub_(amount)
    slots.update(after)


def _step_blocks(
    rule: Rule, theta: Tensor, g: Tensor, slots: dict[str, Tensor], h: Mapping[str, Value]
) -> None:
    """Step block by block; a column, which all blocks of a row read, is written to a copy."""
    columns = {name: slot.clone() for name, slot in slots.items() if slot.shape[1] == 1}
    for rows, places in blocks(theta, BLOCK, within_rows=rule.elementwise):
        part = {name: _cut(slot, rows, places) for name, slot in slots.items()}
        near = {
            name: _cut(v, rows, places) if isinstance(v, Tensor) else v for name, v in h.items()
        }
        amount, after = rule.step(g[rows, places], part, near)
        theta[rows, places].sub_(amount)
        for name, value in after.items():
            (columns[name][rows] if name in columns else part[name]).copy_(value)
    slots.update(columns)


def _cut(x: Tensor, rows: slice, places: slice) -> Tensor:
    """Cut a block of x, along the axes that x has: [P, N], [P, 1], [1, N] or []."""
    if x.dim() < 2:
        return x
    whole = slice(None)
    return x[rows if x.shape[0] > 1 else whole, places if x.shape[1] > 1 else whole]


@cache
def _compiled(step: Step) -> InPlace:
    def in_place(
        theta: Tensor, g: Tensor, slots: dict[str, Tensor], h: Mapping[str, Value]
    ) -> None:
        amount, after = step(g, slots, h)
        theta.sub_(amount)
        for name, value in after.items():
            slots[name].copy_(value)

    # dynamo counts recompilations by code object, and all rules would share one allowance of eight
    code = in_place.__code__.replace()
    own: InPlace = FunctionType(code, in_place.__globals__, closure=in_place.__closure__)
    return torch.compile(own)
