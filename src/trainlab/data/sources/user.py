"""Data that the user holds already: tensors, arrays, DataFrames, Datasets, DataLoaders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, IterableDataset

from trainlab.data.sources.arrays import Axes, axes_of, from_arrays
from trainlab.data.sources.frame import Columns, from_frame
from trainlab.data.sources.labels import TaskKind
from trainlab.data.task import Raw
from trainlab.errors import DataError

__all__ = ["DatasetRows", "from_user", "is_frame"]

FITS = 1 << 30
"""Bytes of features up to which a Dataset is read into memory."""


def from_user(
    data: object,
    *,
    target: str | Iterable[str] = (),
    layout: Axes = "auto",
    task: TaskKind = "auto",
    name: str = "data",
) -> Raw:
    """Make a Raw of what the user holds.

    (x, y) of tensors, arrays or lists; {"x": ..., "y": ...}; a DataFrame with `target`, or
    (DataFrame, Series); a Dataset of (x, y) pairs; a DataLoader, whose Dataset is taken: batches,
    order and splits are trainlab's own.
    """
    if isinstance(data, Raw):
        return data
    if isinstance(data, DataLoader):
        return from_user(data.dataset, layout=layout, task=task, name=name)
    if isinstance(data, Dataset):
        return _from_dataset(data, layout, task, name)
    if is_frame(data):
        return _from_frame(data, target, task, name)
    if isinstance(data, Mapping) and "x" in data:
        data = (data["x"], data.get("y"))
    if isinstance(data, tuple | list) and len(data) == 2:
        x, y = data
        if is_frame(x):
            y_named = _aligned(y, x) if type(y).__module__.startswith("pandas") else _series(y, x)
            column = str(getattr(y_named, "name", None) or "target")
            return _from_frame(x.assign(**{column: y_named}), column, task, name)
        return from_arrays(_array(x), _array(y), name=name, layout=layout, task=task)
    if isinstance(data, Tensor | np.ndarray):
        return from_arrays(data, None, name=name, layout=layout)
    raise DataError(
        f"data of type {type(data).__name__} is not understood",
        where="data",
        allowed=("(x, y)", "{'x': ..., 'y': ...}", "DataFrame", "Dataset", "DataLoader", "Raw"),
        next_step="give one of these; for a DataFrame also `target`",
    )


@dataclass(frozen=True)
class DatasetRows:
    """The user's Dataset, read example by example when asked for."""

    dataset: Any
    example: tuple[int, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """All examples together, [n, ...]."""
        return (len(self.dataset), *self.example)

    def take(self, rows: Tensor) -> Tensor:
        """Read examples: rows [k] -> [k, ...]."""
        return torch.stack([_features(self.dataset[row]) for row in rows.tolist()])


def _from_dataset(data: Any, layout: Axes, task: TaskKind, name: str) -> Raw:
    """Read a Dataset; one that does not fit stays where it is, and only its labels are read."""
    tensors = getattr(data, "tensors", None)
    if tensors is not None and len(tensors) == 2:
        return from_arrays(*tensors, name=name, layout=layout, task=task)
    items: Iterable[Any] = data
    if not isinstance(data, IterableDataset):
        items = (data[row] for row in range(len(data)))
    items = iter(items)
    first = next(items, None)
    if first is None:
        raise DataError("the Dataset has no examples", where=name)
    one = _features(first)
    everything = chain([first], items)
    if isinstance(data, IterableDataset) or one.nbytes * len(data) <= FITS:
        pairs = [(_features(item), _label(item)) for item in everything]
        x = _stacked([features for features, _ in pairs], name)
        return from_arrays(x, _array([y for _, y in pairs]), name=name, layout=layout, task=task)
    labels = _array([_label(item) for item in everything])
    meaning = axes_of(one[None], layout, name)[1]
    small = from_arrays(torch.zeros(len(data), 1), labels, name=name, task=task)
    return Raw(
        name=name,
        kind=small.kind,
        layout=meaning,
        x=DatasetRows(data, tuple(one.shape)),
        y=small.y,
        classes=small.classes,
        targets=small.targets,
    )


def _from_frame(frame: Any, target: str | Iterable[str], task: TaskKind, name: str) -> Raw:
    named = (target,) if isinstance(target, str) else tuple(target)
    return from_frame(frame, Columns(target=named, task=task), name=name, where="DataFrame")


def _features(item: Any) -> Tensor:
    """Give the features of one item (x, y) as a tensor; a PIL picture becomes uint8 [C, H, W]."""
    x = item[0] if isinstance(item, tuple | list) else item
    if isinstance(x, Tensor):
        return x
    array = np.array(x)
    if hasattr(x, "getbands"):
        return torch.from_numpy(array[None] if array.ndim == 2 else array.transpose(2, 0, 1).copy())
    return torch.from_numpy(array)


def _label(item: Any) -> Any:
    if not isinstance(item, tuple | list) or len(item) != 2:
        raise DataError(
            f"an item of the Dataset is {type(item).__name__}, not a pair (x, y)",
            where="Dataset",
            next_step="let __getitem__ return (features, label)",
        )
    label = item[1]
    return label.numpy() if isinstance(label, Tensor) else label


def _stacked(examples: list[Tensor], name: str) -> Tensor:
    """Stack examples.

    Raises DataError where their shapes differ.
    """
    for row, example in enumerate(examples):
        if example.shape != examples[0].shape:
            raise DataError(
                f"examples differ in shape: row 0 is {tuple(examples[0].shape)}, "
                f"row {row} is {tuple(example.shape)}",
                where=name,
                next_step="bring them to one shape in the Dataset",
            )
    return torch.stack(examples)


def _array(values: Any) -> Any:
    """Give lists and Series as arrays; tensors and arrays as they are."""
    if values is None or isinstance(values, Tensor | np.ndarray):
        return values
    try:
        return np.asarray(values)
    except ValueError as error:
        raise DataError(
            f"the rows differ in length: {error}", where="data", next_step="pad or crop them"
        ) from error


def is_frame(data: object) -> bool:
    """Say whether data is a pandas DataFrame, without importing pandas."""
    return type(data).__module__.startswith("pandas") and hasattr(data, "columns")


def _aligned(labels: Any, like: Any) -> Any:
    """Give a Series of labels, which pandas pairs by index; it is no other than their frame's."""
    if len(labels) != len(like):
        raise _lengths(len(like), len(labels))
    if not labels.index.isin(like.index).all():
        raise DataError(
            "the labels' index is not that of their frame, by which pandas pairs them",
            where="data",
            next_step="give y.to_numpy() to pair them by place",
        )
    return labels


def _lengths(x: int, y: int) -> DataError:
    return DataError(
        f"x has {x} examples and y has {y}",
        where="data",
        next_step="give one label per example, in the same order",
    )


def _series(values: Any, like: Any) -> Any:
    """Give labels the index of their frame, so that pandas pairs them by place."""
    import pandas

    plain = values.numpy() if isinstance(values, Tensor) else np.asarray(values)
    if len(plain) != len(like):
        raise _lengths(len(like), len(plain))
    return pandas.Series(plain, index=like.index, name="target")
