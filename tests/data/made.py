"""Small data for the tests of this folder."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch

from trainlab.data.task import Raw


def classes(n: int = 60, d: int = 4, kinds: int = 3, **more: Any) -> Raw:
    """Make vectors of a few classes, the same each time."""
    x = torch.randn(n, d, generator=torch.Generator().manual_seed(5), dtype=torch.float64)
    raw = Raw(
        name="made",
        kind="classification",
        layout="vector",
        x=x * torch.tensor([1.0, 10.0, 100.0, 0.1])[:d],
        y=torch.arange(n) % kinds,
        classes=tuple("abcdefgh"[:kinds]),
        features=tuple("wxyz"[:d]),
    )
    return replace(raw, **more)


def numbers(n: int = 60, k: int = 2) -> Raw:
    """Make vectors with k numeric targets."""
    raw = classes(n)
    y = torch.randn(n, k, generator=torch.Generator().manual_seed(6), dtype=torch.float64)
    return replace(raw, kind="regression", y=y * 7 + 40, classes=(), targets=("s", "t")[:k])
