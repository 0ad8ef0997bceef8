"""The small real data sets that come with scikit-learn: no download, no path."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch

from trainlab.data.task import Raw
from trainlab.errors import DataError

__all__ = ["breast_cancer", "diabetes", "digits", "iris", "wine"]


def digits(*, flat: bool = False) -> Raw:
    """Read 1797 handwritten digits: 8x8 pixels of 0 .. 16, given as 0 .. 1; [1, 8, 8] or [64]."""
    table = torch.from_numpy(np.loadtxt(_folder() / "digits.csv.gz", delimiter=","))
    x = table[:, :-1] / 16
    return Raw(
        name="digits",
        kind="classification",
        layout="vector" if flat else "image",
        x=x if flat else x.reshape(-1, 1, 8, 8),
        y=table[:, -1].to(torch.int64),
        classes=tuple("0123456789"),
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


def _folder() -> Path:
    """Give the folder of scikit-learn's data: to import scikit-learn itself takes a second."""
    found = find_spec("sklearn")
    if found is None or found.origin is None:
        raise DataError("scikit-learn is not installed", next_step="pip install scikit-learn")
    return Path(found.origin).parent / "datasets" / "data"


def _load(function: str, **options: bool) -> Any:
    return getattr(import_module("sklearn.datasets"), function)(**options)
