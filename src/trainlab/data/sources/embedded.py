"""The small real data sets that come with scikit-learn: no download, no path."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import torch

from trainlab.data.task import Raw

__all__ = ["breast_cancer", "diabetes", "digits", "iris", "wine"]


def digits(*, flat: bool = False) -> Raw:
    """Read 1797 handwritten digits: 8x8 pixels of 0 .. 16, given as 0 .. 1; [1, 8, 8] or [64]."""
    found = _load("load_digits")
    x = torch.from_numpy(found["data"]) / 16
    return Raw(
        name="digits",
        kind="classification",
        layout="vector" if flat else "image",
        x=x if flat else x.reshape(-1, 1, 8, 8),
        y=torch.from_numpy(found["target"]).to(torch.int64),
        classes=tuple(str(name) for name in found["target_names"]),
    )


def wine() -> Raw:
    """Read 178 wines: 13 measurements, 3 cultivars."""
    return _classes("wine")


def breast_cancer() -> Raw:
    """Read 569 tumours: 30 measurements, malignant or benign."""
    return _classes("breast_cancer")


def iris() -> Raw:
    """Read 150 irises: 4 measurements, 3 species."""
    return _classes("iris")


def diabetes() -> Raw:
    """Read 442 patients: 10 measurements, the disease's progression after one year."""
    found = _load("load_diabetes", scaled=False)
    return Raw(
        name="diabetes",
        kind="regression",
        layout="vector",
        x=torch.from_numpy(found["data"]),
        y=torch.from_numpy(found["target"])[:, None],
        features=tuple(str(name) for name in found["feature_names"]),
        targets=("progression",),
    )


def _classes(name: str) -> Raw:
    found = _load(f"load_{name}")
    return Raw(
        name=name,
        kind="classification",
        layout="vector",
        x=torch.from_numpy(found["data"]),
        y=torch.from_numpy(found["target"]).to(torch.int64),
        classes=tuple(str(word) for word in found["target_names"]),
        features=tuple(str(word) for word in found["feature_names"]),
    )


def _load(function: str, **options: bool) -> Any:
    return getattr(import_module("sklearn.datasets"), function)(**options)
