"""Moves of pictures by whole pixels, which join before a pixel is touched.

y[i, j] = x[a + s i, b + t j] with s and t 1 or -1, and 0 where nothing comes from.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from trainlab.data.augment.row import examples, large

__all__ = ["Axis", "Move", "mirrored", "moved", "shifted"]

LARGE = 1 << 10
"""Values of an example from which on examples are copied one by one."""


class Axis(NamedTuple):
    """y[i] = x[start + sign i] for first <= i < last, 0 elsewhere; each int64 [P, B]."""

    start: Tensor
    sign: Tensor
    first: Tensor
    last: Tensor

    def then(self, later: Axis) -> Axis:
        """Give the move that is this one and then `later`."""
        turned = later.sign < 0
        begin = later.sign * (self.first - later.start)
        end = later.sign * (self.last - 1 - later.start)
        return Axis(
            self.start + self.sign * later.start,
            self.sign * later.sign,
            torch.maximum(later.first, torch.where(turned, end, begin)),
            torch.minimum(later.last, torch.where(turned, begin, end) + 1),
        )


class Move(NamedTuple):
    """Where each picture's rows and columns come from."""

    down: Axis
    right: Axis

    def then(self, later: Move) -> Move:
        """Give the move that is this one and then `later`, to the bit."""
        return Move(self.down.then(later.down), self.right.then(later.right))


def mirrored(where: Tensor, length: int) -> Axis:
    """Turn an axis round for some pictures: y[i] = x[length - 1 - i]; where is bool [P, B]."""
    turned = where.to(torch.int64)
    whole = torch.zeros_like(turned)
    return Axis(turned * (length - 1), 1 - 2 * turned, whole, whole + length)


def shifted(by: Tensor, length: int) -> Axis:
    """Shift along an axis: y[i] = x[i + by]; by is int64 [P, B]."""
    by = by.clamp(-length, length)
    return Axis(by, torch.ones_like(by), (-by).clamp_min(0), length - by.clamp_min(0))


def moved(x: Tensor, moves: Sequence[Move]) -> Tensor:
    """Make new pictures of x [P, B, C, H, W] by moves, one after another; without any, a copy."""
    if not moves:
        return x.clone(memory_format=torch.contiguous_format)
    move = reduce(Move.then, moves)
    return _copied(x, move) if large(x, LARGE) else _looked_up(x, move)


def _looked_up(x: Tensor, move: Move) -> Tensor:
    """Look up where rows and then columns come from, all pictures at once."""
    rows, columns = (_places(axis, length) for axis, length in zip(move, x.shape[-2:], strict=True))
    ringed = torch.nn.functional.pad(x, (0, 1, 0, 1))
    wide = (*x.shape[:-1], x.shape[-1] + 1)
    moved_down = ringed.gather(-2, rows[:, :, None, :, None].expand(wide))
    return moved_down.gather(-1, columns[:, :, None, None, :].expand(x.shape))


def _places(axis: Axis, length: int) -> Tensor:
    """Give where each place comes from, int64 [P, B, length]: the one after the last for a 0."""
    start, sign, first, last = (each.unsqueeze(-1) for each in axis)
    place = torch.arange(length, device=start.device)
    return torch.where((place >= first) & (place < last), start + sign * place, length)


def _copied(x: Tensor, move: Move) -> Tensor:
    """Copy pictures one by one."""
    out = torch.empty_like(x, memory_format=torch.contiguous_format)
    down, right = (torch.stack(axis, -1).flatten(0, 1).tolist() for axis in move)
    for to, of, rows, columns in zip(examples(out), examples(x), down, right, strict=True):
        _copy(to, of, rows, columns)
    return out


def _copy(to: NDArray[Any], of: NDArray[Any], down: list[int], right: list[int]) -> None:
    (into_rows, rows), (into_columns, columns) = _stretch(*down), _stretch(*right)
    inside = to[:, into_rows, into_columns]
    if inside.size < to.size:
        to.fill(0)
    np.copyto(inside, of[:, rows, columns][:, :: down[1], :: right[1]])


def _stretch(start: int, sign: int, first: int, last: int) -> tuple[slice, slice]:
    """Give the stretch that is written, and where it comes from, in rising order."""
    if last <= first:
        return slice(0), slice(0)
    least = start + first if sign > 0 else start - last + 1
    return slice(first, last), slice(least, least + last - first)
