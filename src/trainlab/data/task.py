"""What a source gives (Raw) and what a network is trained on (Task).

A Raw is read from somewhere and not yet split. A Task is split, preprocessed and made of tensors
on one device; its leading axis F holds the folds that were preprocessed apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from typing import Literal, Protocol

import torch
from torch import Tensor

__all__ = [
    "Kind",
    "LayoutName",
    "Lines",
    "Part",
    "Raw",
    "Rows",
    "TargetScale",
    "Task",
    "take",
]

Kind = Literal["classification", "regression"]
LayoutName = Literal["vector", "image", "sequence"]
Part = Literal["train", "val", "test"]
Lines = Callable[[Sequence[int]], Sequence[int]]
"""Rows -> the lines of a file in which they begin."""


class Rows(Protocol):
    """Examples that stay on disk until they are asked for, such as a folder of pictures."""

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of all examples together, `[n, ...]`, known without reading them."""

    def take(self, rows: Tensor) -> Tensor:
        """Read examples: rows [k] -> [k, ...], uint8 or floating."""


@dataclass(frozen=True, kw_only=True)
class Raw:
    """Data as a source gives it: whole, unsplit, in its own units."""

    name: str
    kind: Kind
    layout: LayoutName
    x: Tensor | Rows
    """Features [n, ...]: floating, or uint8 pixels, which count as 0 .. 1. NaN where missing."""
    y: Tensor | None
    """int64 [n] (-1 where missing) or float64 [n, k] (NaN where missing); None for unlabelled."""
    classes: tuple[str, ...] = ()
    """The name of each class, for classification."""
    features: tuple[str, ...] = ()
    """The name of each column, for vectors that have names."""
    levels: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """For each column of categories, the words that its codes 0, 1, ... stand for."""
    targets: tuple[str, ...] = ()
    """The name of each target, for regression."""
    groups: Tensor | None = None
    """int64 [n]: examples of one group never stand on both sides of a split."""
    times: Tensor | None = None
    """[n]: when each example was taken, in any unit that sorts."""
    held_out: Tensor | None = None
    """int64: the examples that the publisher declares to be the test split."""
    where: str = ""
    """The file or folder it was read from, for messages."""
    lines: Lines | None = None
    """Gives the file's lines that hold examples, for messages; None if it has no lines."""

    @property
    def n(self) -> int:
        """Examples."""
        return int(self.x.shape[0])

    @cached_property
    def digest(self) -> str:
        """What tells these data from others: the numbers in memory, the shape of the others."""
        told = sha256(repr((self.kind, self.layout, tuple(self.x.shape), self.classes)).encode())
        for part in (self.x, self.y, self.groups, self.times):
            if isinstance(part, Tensor):
                whole = part.detach().cpu().contiguous().flatten()
                told.update(whole.view(torch.uint8).numpy().data)  # NumPy has no bfloat16
        return told.hexdigest()[:16]


@dataclass(frozen=True)
class TargetScale:
    """How regression targets were scaled: `y = (target - mean) / std`."""

    mean: Tensor
    """float64 [F, k]."""
    std: Tensor
    """float64 [F, k]."""

    def scale(self, target: Tensor) -> Tensor:
        """Scale targets: [n, k] -> float32 [F, n, k]."""
        wide = target.to(torch.float64)
        return ((wide - self.mean[:, None]) / self.std[:, None]).to(torch.float32)

    def restore(self, output: Tensor, folds: Tensor | None = None) -> Tensor:
        """Give outputs [P, B, k] back in the target's units; `folds` [P] is each member's fold."""
        mean, std = self.mean.to(output.device), self.std.to(output.device)
        if folds is not None and len(mean) > 1:
            mean, std = mean[folds], std[folds]
        return (output * std[:, None] + mean[:, None]).to(output.dtype)


@dataclass(frozen=True, kw_only=True)
class Task:
    """Data as the engine sees it: split, preprocessed, tensors on one device."""

    name: str
    kind: Kind
    layout: LayoutName
    feature_shape: tuple[int, ...]
    """One example: (64,), (1, 8, 8), (T, D)."""
    outputs: int
    """Classes, or regression targets k."""
    loss: str
    """The name of the loss it is usually trained with."""
    x: Tensor
    """float32 [F, n, ...]; F = 1 unless folds were preprocessed apart; n = 0 if it streams."""
    y: Tensor
    """int64 [F, n], or scaled targets float32 [F, n, k]."""
    train: Tensor
    """int64 [F, n_train]: rows of x, trimmed to the smallest fold; val and test alike."""
    val: Tensor
    test: Tensor
    classes: tuple[str, ...] = ()
    target_scale: TargetScale | None = None
    stream: Rows | None = None
    """Preprocessed examples read when asked for, where they do not fit in memory."""
    notes: tuple[str, ...] = ()
    """What a careful reader of the data should know: constant features, dropped rows."""

    @property
    def folds(self) -> int:
        """How many folds it was split into; 1 without cross-validation."""
        return int(self.train.shape[0])

    def to(self, device: torch.device | str) -> Task:
        """Move its tensors to a device."""
        moved = {
            name: getattr(self, name).to(device) for name in ("x", "y", "train", "val", "test")
        }
        return replace(self, **moved)

    def part(self, part: Part) -> tuple[Tensor, Tensor]:
        """Give one split whole: x [F, n_part, ...], y [F, n_part, ...]."""
        rows: Tensor = getattr(self, part)
        return self.gather(rows, torch.arange(self.folds, device=rows.device))

    def chunks(self, part: Part, size: int) -> Iterator[tuple[Tensor, Tensor]]:
        """Give one split in pieces of at most `size` examples, whether in memory or streamed."""
        rows: Tensor = getattr(self, part)
        folds = torch.arange(self.folds, device=rows.device)
        for piece in torch.split(rows, size, dim=1):
            if piece.shape[1]:
                yield self.gather(piece, folds)

    def gather(self, rows: Tensor, folds: Tensor) -> tuple[Tensor, Tensor]:
        """Pick rows [P, B] of each member's fold [P]: x [P, B, ...], y [P, B, ...]."""
        y = self.gather_labels(rows, folds)
        if self.stream is None:
            return _pick(self.x, rows, folds), y
        flat = self.stream.take(rows.reshape(-1).cpu())
        return flat.reshape(*rows.shape, *self.feature_shape).to(y.device), y

    def gather_labels(self, rows: Tensor, folds: Tensor) -> Tensor:
        """Pick the labels alone: y [P, B, ...]."""
        return _pick(self.y, rows, folds)


def take(x: Tensor | Rows, rows: Tensor) -> Tensor:
    """Read rows [k] of examples that are in memory or on disk."""
    return x.index_select(0, rows) if isinstance(x, Tensor) else x.take(rows)


def _pick(values: Tensor, rows: Tensor, folds: Tensor) -> Tensor:
    """Gather [F, n, ...] at rows [P, B]: one index_select over flattened folds."""
    n = values.shape[1]
    flat = (rows + folds[:, None] * n).reshape(-1) if values.shape[0] > 1 else rows.reshape(-1)
    return values.flatten(0, 1).index_select(0, flat).reshape(*rows.shape, *values.shape[2:])
