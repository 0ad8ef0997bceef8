"""The adding problem: remember two marked numbers over a long sequence and add them."""

from __future__ import annotations

from typing import Annotated

import torch
from annotated_types import Ge

from trainlab import seeds
from trainlab.data.task import Raw

__all__ = ["adding"]


def adding(
    *,
    length: Annotated[int, Ge(2)] = 50,
    examples: Annotated[int, Ge(2)] = 4000,
    seed: int = 0,
) -> Raw:
    """Draw sequences [length, 2]: a number of 0 .. 1 and a mark; the target is the marked sum.

    One mark falls in each half. Always guessing the mean 1 has the mean squared error 1/6.
    """
    rows = seeds.fold_in(seeds.keys([seed], "adding")[0], torch.arange(examples))
    number = seeds.uniform(seeds.fold_in(rows, 0), (length,), torch.float64)
    places = seeds.uniform(seeds.fold_in(rows, 1), (2,), torch.float64)
    half = length // 2
    first = (places[:, 0] * half).to(torch.int64)
    second = half + (places[:, 1] * (length - half)).to(torch.int64)
    marked = torch.stack([first, second], dim=1)
    mark = torch.zeros_like(number).scatter_(1, marked, 1.0)
    return Raw(
        name="adding",
        kind="regression",
        layout="sequence",
        x=torch.stack([number, mark], dim=2),
        y=number.gather(1, marked).sum(dim=1, keepdim=True),
        targets=("sum",),
    )
