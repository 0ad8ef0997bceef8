"""Scaling methods against scikit-learn's, and their inverses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn import preprocessing
from torch import Tensor

from trainlab.data.preprocess import PREPROCESS, Features, Learned
from trainlab.data.preprocess.method import Method
from trainlab.errors import DataError


def in_pieces(x: Tensor, layout: Any = "vector", size: int = 7) -> Any:
    def read() -> Iterator[Features]:
        for piece in torch.split(x, size):
            yield Features(x=piece, layout=layout)

    return read


def fit(method: Method, x: Tensor, layout: Any = "vector") -> Learned:
    return method.fit(in_pieces(x, layout))


def fit_apply(method: Method, x: Tensor, layout: Any = "vector") -> Tensor:
    return method.apply(Features(x=x, layout=layout), fit(method, x, layout)).x


ORACLES = [
    ("standardize", {}, preprocessing.StandardScaler()),
    ("min_max", {}, preprocessing.MinMaxScaler()),
    ("min_max", {"low": -1.0, "high": 2.0}, preprocessing.MinMaxScaler((-1, 2))),
    ("robust", {}, preprocessing.RobustScaler()),
    (
        "robust",
        {"lower": 10.0, "upper": 80.0},
        preprocessing.RobustScaler(quantile_range=(10, 80)),
    ),
    ("l2_normalize", {}, preprocessing.Normalizer()),
]


def awkward() -> Tensor:
    """Columns of very different scale, one constant that rounding makes look varied."""
    x = torch.randn(40, 5, dtype=torch.float64) * torch.tensor([1, 1e-3, 1e4, 1, 1.0])
    x[:, 3] = 0.1
    x[:, 4] += 1e6
    return x


@pytest.mark.parametrize(("name", "options", "oracle"), ORACLES)
def test_equals_scikit_learn(name: str, options: dict[str, Any], oracle: Any) -> None:
    x = awkward()
    ours = fit_apply(PREPROCESS[name].make(**options), x)
    np.testing.assert_allclose(ours.numpy(), oracle.fit_transform(x.numpy()), 1e-9, 1e-9)


@pytest.mark.parametrize("name", ["standardize", "min_max", "robust", "mean_image"])
def test_a_constant_feature_becomes_a_constant_and_not_noise(name: str) -> None:
    out = fit_apply(PREPROCESS[name].make(), awkward())
    assert (out[:, 3] - out[0, 3]).abs().max() < 1e-12


@given(n=st.integers(2, 20), d=st.integers(1, 4), seed=st.integers(0, 9))
@pytest.mark.parametrize(
    "name",
    ["standardize", "min_max", "robust", "mean_image", "channel_mean", "channel_standardize"],
)
def test_inverse_gives_back_the_input(name: str, n: int, d: int, seed: int) -> None:
    x = torch.randn(n, d, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    method = PREPROCESS[name].make()
    known = fit(method, x)
    assert method.invert is not None
    there = method.apply(Features(x=x, layout="vector"), known)
    torch.testing.assert_close(method.invert(there, known).x, x, rtol=1e-10, atol=1e-10)


def test_channel_statistics_average_over_examples_and_places() -> None:
    x = torch.rand(30, 3, 4, 5, dtype=torch.float64)
    mean, std = x.mean((0, 2, 3), keepdim=True), x.std((0, 2, 3), correction=0, keepdim=True)
    out = fit_apply(PREPROCESS["channel_standardize"].make(), x, "image")
    torch.testing.assert_close(out, (x - mean) / std)
    out = fit_apply(PREPROCESS["channel_mean"].make(), x, "image")
    torch.testing.assert_close(out, x - mean)
    pixels = fit_apply(PREPROCESS["mean_image"].make(), x, "image")
    torch.testing.assert_close(pixels, x - x.mean(0))


def test_a_sequences_channel_is_its_last_axis() -> None:
    x = torch.randn(30, 6, 2, dtype=torch.float64) * torch.tensor([1.0, 50.0])
    out = fit_apply(PREPROCESS["channel_standardize"].make(), x, "sequence")
    torch.testing.assert_close(out.std((0, 1), correction=0), torch.ones(2, dtype=torch.float64))


def test_an_example_of_zeros_keeps_its_zeros() -> None:
    assert fit_apply(PREPROCESS["l2_normalize"].make(), torch.zeros(2, 3).double()).sum() == 0


@pytest.mark.parametrize(
    ("name", "options"),
    [("min_max", {"low": 1.0, "high": 1.0}), ("robust", {"lower": 60.0, "upper": 40.0})],
)
def test_a_range_of_nothing_is_refused(name: str, options: dict[str, float]) -> None:
    with pytest.raises(DataError, match="needs low"):
        PREPROCESS[name].make(**options)
