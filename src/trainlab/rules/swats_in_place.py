"""A step of SWATS by torch's kernels of Adam and of SGD, on tensors where they lie."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from trainlab.averages import row_dot
from trainlab.rules.algebra import Hyper, Slots
from trainlab.rules.swats import SWITCH, watch

__all__ = ["Member", "step_member"]

BLOCK = 1 << 16
"""Weights that are given to Adam's kernel at a time: what it made of them is then still in cache
for the products that follow."""

Tensors = list[Tensor]


class Member(NamedTuple):
    """One member, or one group of parameters: contiguous tensors of the same shapes in each."""

    theta: Tensors
    g: Tensors
    m: Tensors
    v: Tensors
    ball: Tensors


def step_member(member: Member, columns: Mapping[str, Tensor], h: Mapping[str, float]) -> None:
    """Move theta, the row slots and the columns [1, 1] by one step of the member's phase."""
    if columns["switched"].item():
        _as_sgd(member, columns["share"].item() * h["lr"] * (1 - h["beta1"]), h["beta1"])
    else:
        _as_adam(member, columns, h)


def _as_sgd(member: Member, lr: float, momentum: float) -> None:
    if not momentum:  # torch's kernel then takes no ball
        torch._foreach_copy_(member.ball, member.g)
    torch._fused_sgd_(
        member.theta, member.g, member.ball if momentum else [],
        weight_decay=0.0, momentum=momentum, lr=lr, dampening=0.0,
        nesterov=False, maximize=False, is_first_step=False,
    )  # fmt: skip


def _as_adam(member: Member, columns: Mapping[str, Tensor], h: Mapping[str, float]) -> None:
    """Let the kernel move zeros: then they are its step p, of which theta's digits hide nothing."""
    along = square = torch.zeros_like(columns["rate"])
    steps = torch.tensor(h["t"], dtype=torch.float32, device=along.device)
    for theta, g, m, v in _chunks(member[:4]):
        p = theta[0].new_zeros(1, sum(map(Tensor.numel, theta)))
        parts = _like(p, theta)
        torch._fused_adam_(
            parts, g, m, v, [], [steps] * len(g),
            lr=h["lr"], beta1=h["beta1"], beta2=h["beta2"], weight_decay=0.0, eps=h["eps"],
            amsgrad=False, maximize=False,
        )  # fmt: skip
        torch._foreach_add_(theta, parts)
        along, square = along - row_dot(p, _flat(g)), square + row_dot(p, p)
    s = Slots(columns)
    watch(along, square, s, Hyper(h))
    columns["lack1"].mul_(h["beta1"])
    columns["lack2"].mul_(h["beta2"])
    for name in SWITCH.columns:
        columns[name].copy_(getattr(s, name))


def _chunks(lists: Sequence[Tensors]) -> Iterator[list[Tensors]]:
    """Cut what is larger than a block into blocks, and give as many at a time as fill one."""
    sizes = [x.numel() for x in lists[0]]
    if sum(sizes) <= BLOCK:
        yield [*lists]
        return
    cut = [[part for x in each for part in torch.split(x.view(-1), BLOCK)] for each in lists]
    first, room = 0, BLOCK
    for place, part in enumerate(cut[0]):
        if part.numel() > room:
            yield [each[first:place] for each in cut]
            first, room = place, BLOCK
        room -= part.numel()
    yield [each[first:] for each in cut]


def _like(row: Tensor, tensors: Tensors) -> list[Tensor]:
    """Give views into a row [1, N] that have the shapes of tensors."""
    parts = torch.split(row[0], [x.numel() for x in tensors])
    return [part.view(x.shape) for part, x in zip(parts, tensors, strict=True)]


def _flat(tensors: Tensors) -> Tensor:
    """Give tensors as one row [1, N], which is a copy if they are several."""
    parts = [x.view(-1) for x in tensors]
    return (torch.cat(parts) if len(parts) > 1 else parts[0]).unsqueeze(0)
