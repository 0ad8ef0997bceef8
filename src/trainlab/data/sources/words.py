"""Texts as the words they hold: sparse features, of which the rare ones tell as much as others."""

from __future__ import annotations

from typing import Annotated

import torch
from annotated_types import Gt, Le

from trainlab import seeds
from trainlab.data.task import Raw

__all__ = ["words"]


def words(
    *,
    vocabulary: Annotated[int, Gt(1)] = 200,
    examples: Annotated[int, Gt(1)] = 3000,
    exponent: Annotated[float, Gt(-1)] = 1.0,
    commonest: Annotated[float, Gt(0), Le(1)] = 0.5,
    seed: int = 0,
) -> Raw:
    """Draw texts: whether each word is in it, 0 or 1; its class is the sign of a weighted sum.

    The j-th word is in a text with probability commonest / j^exponent (Zipf 1949), and weighs as
    one over the standard deviation of that, so that rare words decide as often as common ones.
    """
    key = seeds.keys([seed], "words")[0]
    rank = torch.arange(1, vocabulary + 1, dtype=torch.float64)
    share = commonest / rank**exponent
    rows = seeds.fold_in(seeds.fold_in(key, 0), torch.arange(examples))
    x = (seeds.uniform(rows, (vocabulary,), torch.float64) < share).double()
    spread = (share * (1 - share)).sqrt().clamp(min=1e-6)
    weight = seeds.normal(seeds.fold_in(key, 1), (vocabulary,), torch.float64) / spread
    return Raw(
        name="words",
        kind="classification",
        layout="vector",
        x=x,
        y=((x - share) @ weight > 0).long(),
        classes=("against", "for"),
        features=tuple(f"word-{place}" for place in range(vocabulary)),
    )
