"""What is wrong with data, said before training: each fault has a named policy, never silence.

| fault                             | policy                                              |
|-----------------------------------|-----------------------------------------------------|
| NaN or Inf in features            | `on_bad`: error, drop the rows, or impute           |
| missing or infinite label         | error, or drop the rows; a label is never invented  |
| x and y of different lengths      | error                                               |
| one class, or one target value    | error                                               |
| a class that train lacks          | error                                               |
| constant feature                  | a note; methods make it 0                           |
| numbers too large for float32     | error                                               |
| rows of test in train too         | a note, for tables of up to 100,000 rows            |
| a feature that tells the target   | a note, for tables of up to 1,000,000 numbers       |
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Literal

import torch
from torch import Tensor

from trainlab.data.preprocess.method import Pieces
from trainlab.data.task import Lines, Raw, take
from trainlab.errors import DataError

__all__ = [
    "OnBad",
    "check_classes",
    "check_features",
    "check_lengths",
    "check_preprocessed",
    "check_scaled",
    "constant_features",
    "drop_bad_rows",
    "few",
    "repeated",
]

LOOKED_THROUGH = 100_000
"""Rows of a table up to which it is searched for repeated ones: a tenth of a second."""

OnBad = Literal["error", "drop", "impute"]


def check_lengths(raw: Raw) -> None:
    """Raise DataError unless there are examples, and as many labels as examples."""
    where = raw.where or raw.name
    if raw.n == 0:
        raise DataError("there are no examples", where=where, next_step="check the path")
    if raw.y is not None and len(raw.y) != raw.n:
        raise DataError(
            f"x has {raw.n} examples and y has {len(raw.y)}",
            where=where,
            next_step="give one label per example, in the same order",
        )


def drop_bad_rows(raw: Raw, on_bad: OnBad) -> tuple[Raw, tuple[str, ...]]:
    """Apply the policy for NaN, Inf and missing labels; say in notes what was dropped."""
    labels = _bad_labels(raw)
    if labels.any() and on_bad != "drop":
        raise DataError(
            f"{_share(labels)} labels are missing, NaN or infinite: {_rows(raw, labels)}",
            where=raw.where or raw.name,
            next_step="repair them, or leave those rows out: `on_bad: drop`",
        )
    features = _bad_features(raw) if on_bad == "drop" else torch.zeros_like(labels)
    bad = labels | features
    if not bad.any():
        return raw, ()
    note = f"dropped {_share(bad)} rows with NaN, Inf or no label: {_rows(raw, bad)}"
    return _keep(raw, (~bad).nonzero()[:, 0]), (note,)


def check_features(raw: Raw) -> None:
    """Raise DataError where a feature is NaN or infinite, with its column and first rows."""
    bad = _bad_features(raw)
    if not bad.any():
        return
    raise DataError(
        f"{_share(bad)} examples have NaN or Inf in their features: {_rows(raw, bad)}"
        + _bad_columns(raw, bad),
        where=raw.where or raw.name,
        next_step="repair them, or choose `on_bad: drop` or `on_bad: impute`",
    )


def check_classes(raw: Raw, train: Tensor) -> None:
    """Raise DataError where there is nothing to learn, or train [F, n] lacks a class."""
    if raw.y is None:
        raise DataError("there are no labels to train on", where=raw.where or raw.name)
    kinds = torch.unique(raw.y, dim=0)
    if len(kinds) < 2:
        only = raw.classes[int(kinds[0])] if raw.classes else f"{kinds[0].tolist()}"
        what = "class" if raw.kind == "classification" else "target value"
        raise DataError(
            f"there is one {what} only, {only}: nothing to learn",
            where=raw.where or raw.name,
            next_step="check the target, or give data of two classes or more",
        )
    if raw.kind == "classification":
        for rows in train:
            _check_train_has(raw, kinds, raw.y[rows])


def constant_features(pieces: Pieces) -> Tensor:
    """Find the features that have one value in the training split: bool, the shape of one."""
    low = high = None
    for piece in pieces():
        least, most = piece.x.amin(0), piece.x.amax(0)
        low = least if low is None else torch.minimum(low, least)
        high = most if high is None else torch.maximum(high, most)
    if low is None or high is None:
        return torch.zeros(0, dtype=torch.bool)
    return low == high


def check_preprocessed(x: Tensor, raw: Raw) -> None:
    """Raise DataError where preprocessed numbers, float32, are not finite."""
    if not x.isfinite().all():
        raise _too_large("preprocessing gives numbers that are not finite" + _largest(raw), raw)


def check_scaled(y: Tensor, raw: Raw) -> None:
    """Raise DataError where scaled targets are no numbers of float32."""
    if not y.float().isfinite().all():
        raise _too_large("there are targets too large to be scaled", raw)


def repeated(raw: Raw, train: Tensor, test: Tensor) -> int:
    """Count the test examples of a table whose features and label some training example has."""
    if not isinstance(raw.x, Tensor) or raw.y is None or not raw.features:
        return 0
    if raw.n > LOOKED_THROUGH:
        return 0
    rows = torch.cat([raw.x.double(), raw.y.double().reshape(raw.n, -1)], dim=1).numpy()
    known = {row.tobytes() for row in rows[train.numpy()]}
    return sum(row.tobytes() in known for row in rows[test.numpy()])


def few(words: list[str], limit: int = 5) -> str:
    """List the first words and count the others."""
    more = f" and {len(words) - limit} more" if len(words) > limit else ""
    return ", ".join(words[:limit]) + more


def _check_train_has(raw: Raw, kinds: Tensor, labels: Tensor) -> None:
    missing = kinds[~torch.isin(kinds, labels)].tolist()
    if missing:
        names = [repr(raw.classes[code]) if raw.classes else str(code) for code in missing]
        raise DataError(
            f"the training split has no example of class {few(names)}",
            where="data.split",
            next_step="use `by: stratified`, a smaller val and test, or more examples of it",
        )


def _bad_labels(raw: Raw) -> Tensor:
    if raw.y is None:
        return torch.zeros(raw.n, dtype=torch.bool)
    if raw.kind == "classification":
        return raw.y < 0
    return ~raw.y.isfinite().flatten(1).all(1)


def _bad_features(raw: Raw) -> Tensor:
    """Say which examples are not finite: bool [n]. Pixels on disk are integers, hence finite."""
    if not isinstance(raw.x, Tensor) or not raw.x.is_floating_point():
        return torch.zeros(raw.n, dtype=torch.bool)
    return ~raw.x.flatten(1).isfinite().all(1)


def _bad_columns(raw: Raw, bad: Tensor) -> str:
    if not raw.features or not isinstance(raw.x, Tensor):
        return ""
    columns = (~raw.x[bad].isfinite()).any(0).nonzero()[:, 0].tolist()
    return f"; columns {few([repr(raw.features[column]) for column in columns])}"


def _too_large(what: str, raw: Raw) -> DataError:
    return DataError(
        what,
        where=raw.where or raw.name,
        next_step="repair such values, or leave the rows out; float32 ends at 3e38",
    )


def _largest(raw: Raw) -> str:
    """Name the largest value of a table, where it may be at fault."""
    if not raw.features or not isinstance(raw.x, Tensor):
        return ""
    sizes = raw.x.double().abs().nan_to_num(0.0, posinf=0.0)
    row, column = divmod(int(sizes.argmax()), sizes.shape[1])
    place = f"line {raw.lines([row])[0]}" if raw.lines else f"row {row}"
    value = float(raw.x[row, column])
    return f": the largest value is {value:g}, in column {raw.features[column]!r}, {place}"


def _keep(raw: Raw, rows: Tensor) -> Raw:
    """Give a Raw of some of its rows."""

    def some(values: Tensor | None) -> Tensor | None:
        return None if values is None else values[rows]

    held_out = None
    if raw.held_out is not None:
        held_out = torch.isin(rows, raw.held_out).nonzero()[:, 0]
    kept = replace(raw, y=some(raw.y), groups=some(raw.groups), times=some(raw.times))
    lines = raw.lines and partial(_lines_of_kept, raw.lines, rows)
    return replace(kept, x=take(raw.x, rows), held_out=held_out, lines=lines)


def _lines_of_kept(lines: Lines, kept: Tensor, rows: Sequence[int]) -> Sequence[int]:
    return lines(kept[torch.as_tensor(rows)].tolist())


def _share(bad: Tensor) -> str:
    return f"{int(bad.sum())} of {len(bad)}"


def _rows(raw: Raw, bad: Tensor) -> str:
    """List the places of bad examples: lines where the file has them, else rows from 0."""
    rows = bad.nonzero()[:, 0].tolist()
    places = raw.lines(rows) if raw.lines else rows
    return ("lines " if raw.lines else "rows ") + few([str(place) for place in places])
