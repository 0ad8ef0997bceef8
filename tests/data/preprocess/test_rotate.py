"""PCA and whitening against scikit-learn and against what defines them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA
from torch import Tensor

from trainlab.data.preprocess import PREPROCESS, Features
from trainlab.errors import DataError


def correlated(n: int = 60, d: int = 5) -> Tensor:
    return torch.randn(n, d, dtype=torch.float64) @ torch.randn(d, d, dtype=torch.float64) + 3


def run(name: str, x: Tensor, layout: Any = "vector", **options: Any) -> tuple[Features, Features]:
    """Give (preprocessed, restored)."""
    method = PREPROCESS[name].make(**options)
    pieces = [Features(x=piece, layout=layout) for piece in torch.split(x, 16)]
    known = method.fit(lambda: iter(pieces))
    there = method.apply(Features(x=x, layout=layout), known)
    assert method.invert is not None
    return there, method.invert(there, known)


@pytest.mark.parametrize("count", [1, 3, 5])
def test_pca_equals_scikit_learn_signs_included(count: int) -> None:
    x = correlated()
    out, back = run("pca", x, components=count)
    oracle = PCA(count, svd_solver="full").fit(x.numpy())
    np.testing.assert_allclose(out.x.numpy(), oracle.transform(x.numpy()), atol=1e-10)
    restored = oracle.inverse_transform(oracle.transform(x.numpy()))
    np.testing.assert_allclose(back.x.numpy(), restored, atol=1e-10)


@pytest.mark.parametrize("share", [0.5, 0.9, 0.999])
def test_pca_keeps_as_many_as_the_share_of_variance_needs(share: float) -> None:
    x = correlated()
    out, _ = run("pca", x, variance=share)
    assert out.x.shape[1] == PCA(share, svd_solver="full").fit(x.numpy()).n_components_


def test_pca_whitening_equals_scikit_learn_without_eps() -> None:
    x = correlated()
    out, back = run("pca_whiten", x, eps=0.0)
    oracle = PCA(whiten=True, svd_solver="full").fit_transform(x.numpy())
    np.testing.assert_allclose(out.x.numpy(), oracle, atol=1e-9)
    torch.testing.assert_close(back.x, x)


def test_zca_whitening_makes_the_covariance_the_identity_and_is_symmetric() -> None:
    x = correlated()
    out, back = run("zca_whiten", x, eps=0.0)
    torch.testing.assert_close(out.x.T.cov(), torch.eye(5, dtype=torch.float64), atol=1e-9, rtol=0)
    torch.testing.assert_close(back.x, x)
    cross = (out.x - out.x.mean(0)).T @ (x - x.mean(0))
    torch.testing.assert_close(cross, cross.T)


def test_eps_damps_as_the_formula_says() -> None:
    x = correlated()
    out, _ = run("zca_whiten", x, eps=0.5)
    values = torch.linalg.eigvalsh(x.T.cov())
    mine = torch.linalg.eigvalsh(out.x.T.cov())
    torch.testing.assert_close(mine.sort().values, (values / (values + 0.5)).sort().values)


def test_pictures_become_vectors_by_pca_and_stay_pictures_by_zca() -> None:
    x = torch.rand(40, 1, 3, 4, dtype=torch.float64)
    out, back = run("pca", x, "image")
    assert out.layout == "vector" and out.x.shape == (40, 12) and back.layout == "image"
    torch.testing.assert_close(back.x, x)
    out, back = run("zca_whiten", x, "image")
    assert out.layout == "image" and out.x.shape == x.shape
    torch.testing.assert_close(back.x, x)


def test_a_direction_without_variance_is_not_blown_up() -> None:
    x = correlated()
    x[:, 4] = x[:, 3]
    for name in ("pca_whiten", "zca_whiten"):
        out, _ = run(name, x, eps=0.0)
        assert out.x.abs().max() < 10


@pytest.mark.parametrize(
    ("options", "word"),
    [({"components": 6}, "cannot give 6"), ({"components": 2, "variance": 0.5}, "not both")],
)
def test_components_that_cannot_be_are_refused(options: dict[str, Any], word: str) -> None:
    with pytest.raises(DataError, match=word):
        run("pca", correlated(), **options)


def test_one_example_has_no_axes() -> None:
    with pytest.raises(DataError, match="two examples"):
        run("pca", correlated(1))
