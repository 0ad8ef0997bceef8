"""Methods for the columns of tables: categories become numbers, missing values get a policy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import torch
from torch import Tensor

from trainlab.data.preprocess.method import Features, Learned, Method, Pieces
from trainlab.errors import DataError

__all__ = ["impute", "one_hot", "ordinal"]

Fill = Literal["median", "mean", "most_frequent", "zero"]
Unknown = Literal["ignore", "error"]


def impute(*, fill: Fill = "median", indicator: bool = False) -> Method:
    """Fill what is missing (NaN) or infinite with a statistic of the training split.

    A category is filled with the most frequent one. With `indicator`, each column that has gaps
    in the training split gets a companion of 0 and 1 that says where.
    """

    def fit(pieces: Pieces) -> Learned:
        whole, first = _whole(pieces)
        gaps = ~whole.isfinite()
        ways = ["most_frequent" if j in first.levels else fill for j in range(whole.shape[1])]
        values = [_fill(whole[~gaps[:, j], j], way) for j, way in enumerate(ways)]
        if (empty := gaps.all(0)).any():
            raise DataError(
                f"column {first.name(int(empty.nonzero()[0]))} has no value in the training split",
                next_step="leave the column out: `drop: [COLUMN]`",
            )
        marked = gaps.any(0).nonzero()[:, 0] if indicator else torch.zeros(0, dtype=torch.int64)
        return Learned({"fill": torch.stack(values), "marked": marked})

    def apply(features: Features, known: Learned) -> Features:
        flat = features.x.flatten(1)
        filled = torch.where(flat.isfinite(), flat, known["fill"]).reshape(features.x.shape)
        marked = known["marked"]
        if not len(marked):
            return features.with_x(filled)
        flags = (~flat[:, marked].isfinite()).to(torch.float64)
        names = tuple(f"{features.names[j]} is missing" for j in marked.tolist())
        return replace(features, x=torch.cat([filled, flags], 1), names=features.names + names)

    return Method(fit, apply)


def one_hot(*, unknown: Unknown = "ignore") -> Method:
    """Give each category of the training split a column of 0 and 1; an ignored one is all 0."""

    def apply(features: Features, known: Learned) -> Features:
        columns, names = [], []
        for column in range(features.x.shape[1]):
            words = known.words.get(str(column))
            if words is None:
                columns.append(features.x[:, column, None])
                names.append(features.names[column])
                continue
            codes = _translate(features, column, words, unknown)
            columns.append((codes[:, None] == torch.arange(len(words))).to(torch.float64))
            names.extend(f"{features.names[column]}={word}" for word in words)
        return replace(features, x=torch.cat(columns, 1), names=tuple(names), levels={})

    return Method(_seen_words, apply)


def ordinal(*, unknown: Unknown = "error") -> Method:
    """Give each category of the training split its place in sorted order; ignored ones -1."""

    def apply(features: Features, known: Learned) -> Features:
        x = features.x.clone()
        for column, words in known.words.items():
            x[:, int(column)] = _translate(features, int(column), words, unknown).to(x.dtype)
        return replace(features, x=x, levels={})

    return Method(_seen_words, apply)


def _seen_words(pieces: Pieces) -> Learned:
    """Learn which words each column of categories has in the training split."""
    seen: dict[str, set[str]] = {}
    for piece in pieces():
        for column, words in piece.levels.items():
            codes = piece.x[:, column]
            used = torch.unique(codes[codes.isfinite()].to(torch.int64)).tolist()
            seen.setdefault(str(column), set()).update(words[code] for code in used)
    return Learned(words={column: sorted(words) for column, words in seen.items()})


def _translate(features: Features, column: int, words: Sequence[str], unknown: Unknown) -> Tensor:
    """Give codes of the known words [k]: -1 where the word is missing or unknown."""
    if column not in features.levels:
        return _translate(_as_words(features, column), column, words, unknown)
    place = {word: code for code, word in enumerate(words)}
    own = features.levels[column]
    table = torch.tensor([place.get(word, -1) for word in own] + [-1])
    raw = features.x[:, column].nan_to_num(nan=float(len(own))).to(torch.int64)
    codes = table[raw]
    strange = sorted({own[code] for code in raw[(codes < 0) & (raw < len(own))].tolist()})
    if strange and unknown == "error":
        raise DataError(
            f"column {features.name(column)} has a category that the training split lacks: "
            + ", ".join(map(repr, strange[:5])),
            allowed=words,
            given=strange[0],
            next_step="give the step the option `unknown: ignore`",
        )
    return codes


def _as_words(features: Features, column: int) -> Features:
    """Read a column of numbers as words: new data may hold only those of its words."""
    known = features.x[:, column].contiguous()
    kinds = torch.unique(known[known.isfinite()])
    x = features.x.clone()
    x[:, column] = torch.where(known.isfinite(), torch.searchsorted(kinds, known), known)
    own = tuple(f"{value:g}" for value in kinds.tolist())
    return replace(features, x=x, levels={**features.levels, column: own})


def _whole(pieces: Pieces) -> tuple[Tensor, Features]:
    read = list(pieces())
    return torch.cat([piece.x.flatten(1) for piece in read]), read[0]


def _fill(values: Tensor, way: str) -> Tensor:
    """Give the value that stands for a gap; 0-d."""
    if not len(values) or way == "zero":
        return torch.zeros((), dtype=torch.float64)
    if way == "mean":
        return values.mean()
    if way == "median":
        return values.quantile(0.5) if len(values) < 1_000_000 else values.median()
    kinds, counts = torch.unique(values, return_counts=True)
    return torch.as_tensor(kinds[counts == counts.max()][0])
