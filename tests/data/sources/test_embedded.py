"""The embedded sets are scikit-learn's, value for value."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import datasets
from torch import Tensor

from trainlab.data.sources import SOURCES


@pytest.mark.parametrize("name", ["digits", "wine", "breast_cancer", "iris"])
def test_values_labels_and_names_are_scikit_learns(name: str) -> None:
    raw, oracle = SOURCES[name].load(), getattr(datasets, f"load_{name}")()
    assert isinstance(raw.x, Tensor) and raw.y is not None
    scale = 16 if name == "digits" else 1
    np.testing.assert_array_equal(raw.x.flatten(1).numpy() * scale, oracle.data)
    np.testing.assert_array_equal(raw.y.numpy(), oracle.target)
    assert raw.classes == tuple(str(word) for word in oracle.target_names)


def test_diabetes_is_in_its_own_units() -> None:
    raw = SOURCES["diabetes"].load()
    oracle = datasets.load_diabetes(scaled=False)
    assert isinstance(raw.x, Tensor) and raw.y is not None
    np.testing.assert_array_equal(raw.x.numpy(), oracle.data)
    np.testing.assert_array_equal(raw.y[:, 0].numpy(), oracle.target)


def test_digits_are_pictures_or_vectors() -> None:
    pictures, vectors = SOURCES["digits"].load(), SOURCES["digits"].load(flat=True)
    assert pictures.x.shape == (1797, 1, 8, 8) and pictures.layout == "image"
    assert vectors.x.shape == (1797, 64) and vectors.layout == "vector"
