"""Splits: who trains, who validates, who tests; fixed by a seed, the same on every machine.

| by         | how                                                                        |
|------------|----------------------------------------------------------------------------|
| random     | shuffled and cut                                                           |
| stratified | each class is shared out in proportion; its last example stays in train    |
| group      | whole groups are shared out; no group stands on both sides                 |
| time       | the past trains, what follows validates, the latest tests                  |
| auto       | group if there are groups, time if there are times, stratified for classes |

With `folds: k` the test split is taken first, then fold f of the rest validates and the others
train.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from trainlab import seeds
from trainlab.data.task import Raw
from trainlab.errors import DataError

__all__ = ["By", "Split", "SplitOptions", "split"]

By = Literal["auto", "stratified", "random", "group", "time"]


@dataclass(frozen=True, kw_only=True)
class SplitOptions:
    """How to split."""

    val: float = 0.15
    """The share of examples that validates; unused with folds."""
    test: float = 0.15
    """The share that tests, unless the publisher declared a test split."""
    by: By = "auto"
    seed: int = 0
    folds: int = 0
    """0 for one split, k >= 2 for cross-validation."""

    def __post_init__(self) -> None:
        if not (0 <= self.val < 1 and 0 <= self.test < 1 and self.val + self.test < 1):
            raise DataError(
                f"val = {self.val:g} and test = {self.test:g} leave nothing to train on",
                where="data.split",
                next_step="give shares from 0 to 1 whose sum is below 1",
            )
        if self.folds < 0 or self.folds == 1:
            raise DataError(
                f"folds = {self.folds} is no cross-validation",
                where="data.split.folds",
                next_step="give 0 for one split, or 2 or more folds",
            )


@dataclass(frozen=True)
class Split:
    """The rows of each part, int64 [F, n_part], trimmed to the smallest over folds."""

    train: Tensor
    val: Tensor
    test: Tensor


def split(raw: Raw, options: SplitOptions) -> Split:
    """Split examples by the seed; the parts are disjoint and each is sorted."""
    by = _resolve(raw, options)
    key = seeds.keys([options.seed], "split")[0]
    rest, test = _hold_out(raw, by, options.test, key)
    if options.folds:
        folds = _fold_numbers(raw, rest, by, options.folds, seeds.fold_in(key, 2))
        val = [rest[folds == fold] for fold in range(options.folds)]
        train = [rest[folds != fold] for fold in range(options.folds)]
        trim = seeds.fold_in(key, 3)
        return Split(_stack(train, trim), _stack(val, trim), test.expand(options.folds, -1))
    train_rows, val_rows = _cut(raw, rest, by, round(options.val * raw.n), seeds.fold_in(key, 1))
    if not len(train_rows):
        raise DataError(
            f"{raw.n} examples are too few: the training split is empty",
            where=raw.where or raw.name,
            next_step="give more examples, or smaller shares in data.split",
        )
    return Split(train_rows[None], val_rows[None], test[None])


def _resolve(raw: Raw, options: SplitOptions) -> By:
    """Say what `auto` means here, and check that what is asked for exists."""
    by = options.by
    if by == "auto":
        stratify: By = "stratified" if raw.kind == "classification" else "random"
        by = "group" if raw.groups is not None else "time" if raw.times is not None else stratify
    lacks = {
        "group": (raw.groups is None, "has no groups", "name a column: `group: COLUMN`"),
        "time": (raw.times is None, "has no times", "name a column: `time: COLUMN`"),
        "stratified": (raw.kind == "regression", "has no classes", "use `by: random`"),
    }
    missing, what, next_step = lacks.get(by, (False, "", ""))
    if missing:
        raise DataError(f"cannot split by {by}: {raw.name} {what}", next_step=next_step)
    if by == "time" and options.folds:
        raise DataError(
            "folds over time would train on the future",
            where="data.split",
            next_step="drop `folds`, or split by group",
        )
    return by


def _hold_out(raw: Raw, by: By, share: float, key: Tensor) -> tuple[Tensor, Tensor]:
    everything = torch.arange(raw.n)
    if raw.held_out is None:
        return _cut(raw, everything, by, round(share * raw.n), seeds.fold_in(key, 0))
    held = torch.zeros(raw.n, dtype=torch.bool)
    held[raw.held_out] = True
    return everything[~held], everything[held]


def _cut(raw: Raw, rows: Tensor, by: By, count: int, key: Tensor) -> tuple[Tensor, Tensor]:
    """Take `count` of the rows away, never the last: (what stays, what was taken), both sorted."""
    count = max(min(count, len(rows) - 1), 0)
    if by == "time" and raw.times is not None:
        taken = raw.times[rows].argsort(stable=True)[len(rows) - count :]
    elif by == "group" and raw.groups is not None:
        taken = _whole_groups(raw.groups[rows], count, key)
    elif by == "stratified" and raw.y is not None:
        taken = _of_each_class(raw.y[rows], count, key)
    else:
        taken = seeds.permutation(key, len(rows))[:count]
    mask = torch.zeros(len(rows), dtype=torch.bool)
    mask[taken] = True
    return rows[~mask], rows[mask]


def _of_each_class(labels: Tensor, count: int, key: Tensor) -> Tensor:
    """Take `count` places, of each class its share to within one, never a class's last."""
    _, codes = torch.unique(labels, return_inverse=True)
    sizes = codes.bincount()
    quota = _shares(sizes, count)
    rank = _rank_within(codes, key)
    return (rank < quota[codes]).nonzero()[:, 0]


def _shares(sizes: Tensor, count: int) -> Tensor:
    """Share `count` out in proportion to sizes [C], by largest remainder: the sum is exact."""
    exact = sizes.to(torch.float64) * (count / max(int(sizes.sum()), 1))
    quota = torch.minimum(exact.floor().to(torch.int64), sizes - 1)
    while (left := count - int(quota.sum())) > 0:
        room = quota < sizes - 1
        remainder = torch.where(room, exact - quota, -1.0)
        chosen = remainder.argsort(descending=True, stable=True)[: min(left, int(room.sum()))]
        if not len(chosen):
            break
        quota[chosen] += 1
    return quota


def _rank_within(codes: Tensor, key: Tensor) -> Tensor:
    """Give each place its random rank among the places of its own code."""
    shuffled = seeds.permutation(key, len(codes))
    order = shuffled[codes[shuffled].argsort(stable=True)]
    sizes = codes.bincount()
    starts = (sizes.cumsum(0) - sizes)[codes[order]]
    rank = torch.empty_like(order)
    rank[order] = torch.arange(len(codes)) - starts
    return rank


def _whole_groups(groups: Tensor, count: int, key: Tensor) -> Tensor:
    """Take shuffled groups as long as each brings the total nearer to `count`."""
    _, codes = torch.unique(groups, return_inverse=True)
    sizes = codes.bincount()
    taken: list[int] = []
    total = 0
    for group in seeds.permutation(key, len(sizes)).tolist():
        size = int(sizes[group])
        if abs(total + size - count) < abs(total - count) and len(taken) < len(sizes) - 1:
            taken.append(group)
            total += size
    return torch.isin(codes, torch.tensor(taken, dtype=torch.int64)).nonzero()[:, 0]


def _fold_numbers(raw: Raw, rows: Tensor, by: By, folds: int, key: Tensor) -> Tensor:
    """Give each row its fold: sizes within one of each other, classes too; groups stay whole."""
    if by == "group" and raw.groups is not None:
        return _folds_of_groups(raw.groups[rows], folds, key)
    if len(rows) < folds:
        raise DataError(
            f"{len(rows)} examples cannot make {folds} folds",
            where="data.split.folds",
            next_step=f"give at most {len(rows)} folds",
        )
    order = seeds.permutation(key, len(rows))
    if by == "stratified" and raw.y is not None:
        order = order[raw.y[rows][order].argsort(stable=True)]
    number = torch.empty_like(order)
    number[order] = torch.arange(len(rows)) % folds
    return number


def _folds_of_groups(groups: Tensor, folds: int, key: Tensor) -> Tensor:
    """Deal the largest groups first, each to the lightest fold."""
    _, codes = torch.unique(groups, return_inverse=True)
    sizes = codes.bincount()
    if len(sizes) < folds:
        raise DataError(
            f"{len(sizes)} groups cannot make {folds} folds",
            where="data.split.folds",
            next_step=f"give at most {len(sizes)} folds",
        )
    shuffled = seeds.permutation(key, len(sizes))
    order = shuffled[sizes[shuffled].argsort(descending=True, stable=True)]
    load, number = torch.zeros(folds, dtype=torch.int64), torch.empty_like(sizes)
    for group in order.tolist():
        lightest = int(load.argmin())
        number[group] = lightest
        load[lightest] += sizes[group]
    return number[codes]


def _stack(parts: list[Tensor], key: Tensor) -> Tensor:
    """Stack rows of folds, each trimmed at random to the size of the smallest."""
    size = min(len(part) for part in parts)
    chosen = [seeds.permutation(key, len(part))[:size].sort().values for part in parts]
    return torch.stack([part[rows] for part, rows in zip(parts, chosen, strict=True)])
