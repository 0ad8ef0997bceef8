"""Features that tell the target by themselves: often known only once the target is."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from trainlab.data.task import Raw

__all__ = ["telling"]

LOOKED_THROUGH = 1 << 20
"""Numbers in a training split up to which it is searched: a tenth of a second."""

CHANCE = 1e-3
"""That some feature which knows nothing is told of: in small data one may sort the classes."""

LINE = 1e-9
"""How far from 1 a correlation is by rounding."""


def telling(raw: Raw, train: Tensor) -> Sequence[int]:
    """Find the columns of a table by each of which alone all training targets are known.

    Classes by a word, or each by a range of numbers of its own; numbers by a straight line.
    """
    if not isinstance(raw.x, Tensor) or raw.y is None or not raw.features:
        return ()
    x, y = raw.x[train].double(), raw.y[train]
    if x.numel() > LOOKED_THROUGH:
        return ()
    if raw.kind == "regression":
        columns = [place for place in range(x.shape[1]) if place not in raw.levels]
        return [place for place in columns if any(_on_a_line(x[:, place], each) for each in y.T)]
    words = [place for place in raw.levels if _names(x[:, place], y)]
    if _surprise(y) <= math.log(x.shape[1] / CHANCE):
        return words
    apart = _apart(x, y).nonzero()[:, 0].tolist()
    return sorted({*words, *(place for place in apart if place not in raw.levels)})


def _names(words: Tensor, y: Tensor) -> bool:
    """Say whether each word stands beside one class, and none beside a row or two of its own."""
    known = words.isfinite()
    pairs = torch.stack([words[known], y[known].double()], 1)
    kinds = len(torch.unique(words[known]))
    return 1 < kinds == len(torch.unique(pairs, dim=0)) and 2 * kinds <= len(pairs)


def _apart(x: Tensor, y: Tensor) -> Tensor:
    """Say in which columns each class has a range of its own: x [n, d] -> bool [d]."""
    least, most = x.nan_to_num(math.inf, math.inf, -math.inf), x.nan_to_num(-math.inf, math.inf)
    members = [y == kind for kind in torch.unique(y)]
    low = torch.stack([least[rows].amin(0) for rows in members])
    high = torch.stack([most[rows].amax(0) for rows in members])
    order = low.argsort(0)
    low, high = low.gather(0, order), high.gather(0, order)
    return (high[:-1] < low[1:]).all(0) & low.isfinite().all(0)


def _surprise(y: Tensor) -> float:
    """Give -log of the chance that a feature which knows nothing sorts the classes."""
    sizes = torch.unique(y, return_counts=True)[1].tolist()
    return (
        math.lgamma(len(y) + 1)
        - sum(math.lgamma(n + 1) for n in sizes)
        - math.lgamma(len(sizes) + 1)
    )


def _on_a_line(column: Tensor, y: Tensor) -> bool:
    known = column.isfinite()
    column, y = column[known], y[known]
    if len(y) < 10 or not column.std() > 0 or not y.std() > 0:
        return False
    both = torch.stack([column / column.abs().max(), y / y.abs().max()])
    return bool(torch.corrcoef(both)[0, 1].abs() > 1 - LINE)
