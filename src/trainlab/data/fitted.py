"""What training data taught the preprocessing, kept so that new data gets the same numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import torch
from torch import Tensor

from trainlab.data.preprocess import Features, Pipeline
from trainlab.data.quality import check_features, check_preprocessed, few
from trainlab.data.split import Split
from trainlab.data.task import Kind, LayoutName, Raw, TargetScale, take
from trainlab.errors import DataError

__all__ = ["PIECE", "Fitted", "Preprocessed", "pieces_of", "preprocess"]

PIECE = 4096
"""Examples preprocessed at a time: float64 scratch stays small."""

SAVED_WORDS = (
    "name",
    "kind",
    "layout",
    "raw_shape",
    "features",
    "categories",
    "classes",
    "targets",
    "notes",
)


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """The fitted preprocessing of each fold, the split, and the names of what goes in and out."""

    name: str
    kind: Kind
    layout: LayoutName
    """How raw examples are laid out, before preprocessing."""
    raw_shape: tuple[int, ...]
    features: tuple[str, ...]
    categories: tuple[int, ...]
    """The columns that held words."""
    classes: tuple[str, ...]
    targets: tuple[str, ...]
    pipelines: tuple[Pipeline, ...]
    """One per fold."""
    split: Split
    target_scale: TargetScale | None
    notes: tuple[str, ...] = ()

    def transform(self, raw: Raw) -> Tensor:
        """Preprocess raw data as the test split was: float32 [F, n, ...].

        Raises DataError where columns are missing, shapes differ or values are not finite.
        """
        raw = self.align(raw)
        if not any(step.name == "impute" for step in self.pipelines[0].steps):
            check_features(raw)
        rows = torch.arange(raw.n)
        return torch.stack([preprocess(pipeline, raw, rows).x for pipeline in self.pipelines])

    def align(self, raw: Raw) -> Raw:
        """Bring new data into the trained order of columns and shape."""
        if self.features and raw.features:
            return self._reordered(raw)
        shape = tuple(raw.x.shape[1:])
        if shape == self.raw_shape:
            return replace(raw, layout=self.layout)
        size = torch.Size(self.raw_shape).numel()
        if isinstance(raw.x, Tensor) and torch.Size(shape).numel() == size:
            return replace(raw, x=raw.x.reshape(raw.n, *self.raw_shape), layout=self.layout)
        raise DataError(
            f"one example has the shape {shape}, the network was trained on {self.raw_shape}",
            where=raw.where or raw.name,
            next_step="give data like that of the training",
        )

    def _reordered(self, raw: Raw) -> Raw:
        missing = [name for name in self.features if name not in raw.features]
        if missing or not isinstance(raw.x, Tensor):
            raise DataError(
                f"the column {missing[0]!r} is missing" if missing else "columns cannot be moved",
                where=raw.where or raw.name,
                allowed=raw.features,
                given=missing[0] if missing else "",
                next_step="give every column that the network was trained on",
            )
        places = [raw.features.index(name) for name in self.features]
        levels = {new: raw.levels[old] for new, old in enumerate(places) if old in raw.levels}
        for new in sorted(set(levels) - set(self.categories)):
            raise DataError(
                f"column {self.features[new]!r} held numbers in training and holds words here: "
                + few([repr(word) for word in levels[new]]),
                where=raw.where or raw.name,
                next_step="repair the values",
            )
        return replace(raw, x=raw.x[:, places], features=self.features, levels=levels)

    def labels(self, raw: Raw) -> Tensor | None:
        """Give labels in the trained numbering [n], or targets in their units [n, k]."""
        if raw.y is None or self.kind == "regression" or raw.classes == self.classes:
            return raw.y
        strange = [name for name in raw.classes if name not in self.classes]
        if strange:
            raise DataError(
                f"the class {strange[0]!r} was not in the training data",
                where=raw.where or raw.name,
                allowed=self.classes,
                given=strange[0],
            )
        codes = torch.tensor([self.classes.index(name) for name in raw.classes])
        return torch.where(raw.y < 0, -1, codes[raw.y.clamp_min(0)])

    def save(self) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """Give its tensors by name, and a dict that JSON can hold."""
        tensors = {f"split.{part}": rows.contiguous() for part, rows in vars(self.split).items()}
        words: dict[str, Any] = {name: _plain(getattr(self, name)) for name in SAVED_WORDS}
        words["pipelines"] = []
        for fold, pipeline in enumerate(self.pipelines):
            own, steps = pipeline.save()
            tensors |= {f"fold{fold}.{name}": tensor.contiguous() for name, tensor in own.items()}
            words["pipelines"].append(steps)
        if self.target_scale is not None:
            tensors |= {f"target.{name}": value for name, value in vars(self.target_scale).items()}
        return tensors, words

    @classmethod
    def load(cls, tensors: Mapping[str, Tensor], words: Mapping[str, Any]) -> Fitted:
        """Read what `save` gave."""
        target = _under(tensors, "target.")
        return cls(
            **{name: _frozen(words[name]) for name in SAVED_WORDS},
            pipelines=tuple(
                Pipeline.load(_under(tensors, f"fold{fold}."), steps)
                for fold, steps in enumerate(words["pipelines"])
            ),
            split=Split(**_under(tensors, "split.")),
            target_scale=TargetScale(**target) if target else None,
        )


@dataclass(frozen=True)
class Preprocessed:
    """Examples on disk with their fitted preprocessing: float32 when asked for."""

    raw: Raw
    pipeline: Pipeline
    feature_shape: tuple[int, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """All examples together, `[n, ...]`."""
        return (self.raw.n, *self.feature_shape)

    def take(self, rows: Tensor) -> Tensor:
        """Read and preprocess examples: rows [k] -> float32 [k, ...]."""
        return preprocess(self.pipeline, self.raw, rows).x


def pieces_of(raw: Raw, rows: Tensor) -> Iterator[Features]:
    """Read rows in float64, a piece at a time; pixels of 0 .. 255 become 0 .. 1."""
    for piece in torch.split(rows, PIECE):
        x = take(raw.x, piece)
        wide = x.to(torch.float64) / 255 if x.dtype == torch.uint8 else x.to(torch.float64)
        yield Features(x=wide, layout=raw.layout, names=raw.features, levels=raw.levels)


def preprocess(pipeline: Pipeline, raw: Raw, rows: Tensor) -> Features:
    """Preprocess rows: computed in float64, given in float32 [k, ...].

    Raises DataError where that gives numbers that are not finite.
    """
    if not len(rows):
        raise DataError("there are no examples to preprocess", where=raw.where or raw.name)
    done = (pipeline.apply(piece) for piece in pieces_of(raw, rows))
    first = next(done)
    x = torch.empty(len(rows), *first.x.shape[1:])
    place = 0
    for piece in chain([first], done):
        x[place : place + len(piece.x)] = piece.x
        place += len(piece.x)
    check_preprocessed(x, raw)
    return first.with_x(x)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _under(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {k[len(prefix) :]: v for k, v in tensors.items() if k.startswith(prefix)}
