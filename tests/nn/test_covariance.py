from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
import scipy.linalg
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.autograd import gradcheck, gradgradcheck
from torch.func import vmap

from trainlab.nn.covariance import inverse_root, iterated_inverse_root, moments


def draw(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def covariance(*eigenvalues: float) -> Tensor:
    turn, _ = torch.linalg.qr(draw(len(eigenvalues), len(eigenvalues)))
    return turn @ torch.diag(torch.tensor(eigenvalues, dtype=torch.float64)) @ turn.mT


SPECTRA = {
    "distinct": (0.1, 0.5, 1.0, 3.0),
    "equal": (1.0, 1.0, 1.0, 1.0),
    "near": (1.0, 1.0 + 1e-13, 1.0 + 2e-13, 2.0),
    "pairs": (0.5, 0.5, 2.0, 2.0),
}


def test_moments_are_numpys() -> None:
    x = 2 * draw(6, 2, 3, 5) + 7
    mean, cov = moments(x)
    for group in range(2):
        rows = x[:, group].permute(1, 0, 2).reshape(3, -1).numpy()
        np.testing.assert_allclose(mean[group], rows.mean(axis=1), rtol=1e-12)
        np.testing.assert_allclose(cov[group], np.cov(rows, bias=True), rtol=1e-10)


def test_moments_of_far_off_values_keep_their_precision() -> None:
    x = (draw(64, 1, 4, 16) + 1e4).float()
    _, cov = moments(x)
    torch.testing.assert_close(cov, moments(x.double())[1].float(), rtol=1e-2, atol=1e-2)


def test_moments_have_first_and_second_derivatives() -> None:
    x = draw(3, 2, 2, 2).requires_grad_()
    assert gradcheck(moments, (x,)) and gradgradcheck(moments, (x,))


@pytest.mark.parametrize("name", SPECTRA)
def test_the_inverse_root_is_scipys(name: str) -> None:
    c = covariance(*SPECTRA[name])
    oracle = np.linalg.inv(scipy.linalg.sqrtm(c.numpy() + 1e-3 * np.eye(4)))
    np.testing.assert_allclose(inverse_root(c, 1e-3), oracle, rtol=1e-9, atol=1e-11)


def even(root: Callable[[Tensor], Tensor], c: Tensor) -> Tensor:
    return root((c + c.mT) / 2)


@pytest.mark.parametrize("name", SPECTRA)
@pytest.mark.parametrize("root", [inverse_root, partial(iterated_inverse_root, steps=4)])
def test_a_root_has_all_derivatives_at_any_spectrum(name: str, root: Callable[..., Tensor]) -> None:
    c = covariance(*SPECTRA[name]).requires_grad_()
    of = partial(even, partial(root, eps=1e-3))
    assert gradcheck(of, (c,)) and gradgradcheck(of, (c,))


def test_the_derivative_is_that_of_the_eigendecomposition_where_that_has_one() -> None:
    ours, theirs = (covariance(0.1, 0.5, 1.0, 3.0).requires_grad_() for _ in range(2))
    values, vectors = torch.linalg.eigh(theirs)
    weight = draw(4, 4, seed=3)
    ((vectors * values.rsqrt()) @ vectors.mT * weight).sum().backward()
    (inverse_root(ours, 0.0) * weight).sum().backward()
    assert ours.grad is not None and theirs.grad is not None
    symmetric = (theirs.grad + theirs.grad.mT) / 2
    torch.testing.assert_close((ours.grad + ours.grad.mT) / 2, symmetric)


@settings(max_examples=30, deadline=None)
@given(rank=st.integers(0, 4), scale=st.sampled_from([1e-12, 1e-4, 1.0, 1e6]), seed=st.integers(0))
def test_no_covariance_gives_a_value_or_a_slope_that_is_not_finite(
    rank: int, scale: float, seed: int
) -> None:
    half = draw(4, rank, seed=seed % 2**31).float()
    c = (scale * half @ half.mT).requires_grad_()
    for root in (inverse_root, partial(iterated_inverse_root, steps=5)):
        w = root(c, eps=1e-5)
        (slope,) = torch.autograd.grad(w.sin().sum(), c)
        assert bool(w.isfinite().all() and slope.isfinite().all())
        assert w.abs().max().item() <= 1.01 * 1e-5**-0.5


def test_newton_schulz_is_the_papers_algorithm_and_comes_to_the_root() -> None:
    c = covariance(0.2, 0.5, 1.0, 1.5)
    s = (c + 1e-5 * torch.eye(4)) / (c + 1e-5 * torch.eye(4)).trace()
    p = torch.eye(4, dtype=torch.float64)
    for _ in range(5):
        p = (3 * p - torch.linalg.matrix_power(p, 3) @ s) / 2
    expected = p / (c + 1e-5 * torch.eye(4)).trace().sqrt()
    torch.testing.assert_close(iterated_inverse_root(c, 1e-5, 5), expected)
    torch.testing.assert_close(iterated_inverse_root(c, 1e-5, 20), inverse_root(c, 1e-5))


def test_a_member_axis_gives_the_same_values_and_slopes() -> None:
    def of(x: Tensor) -> Tensor:
        return inverse_root(moments(x)[1], 1e-5)

    x = draw(3, 6, 2, 4, 5).requires_grad_()
    together, alone = vmap(of)(x), torch.stack([of(one) for one in x])
    torch.testing.assert_close(together, alone)
    slopes = [torch.autograd.grad(y.sin().sum(), x)[0] for y in (together, alone)]
    torch.testing.assert_close(*slopes)


def test_a_covariance_that_is_not_finite_stops_no_other() -> None:
    sane = covariance(0.1, 0.5, 1.0, 3.0)
    c = torch.stack([sane, sane * torch.nan, sane * torch.inf]).requires_grad_()
    for roots in (inverse_root(c, 1e-5), vmap(partial(inverse_root, eps=1e-5))(c)):
        torch.testing.assert_close(roots[0], inverse_root(sane, 1e-5))
        assert bool(roots[1:].isnan().all())
        (slope,) = torch.autograd.grad(roots.sin().sum(), c)
        assert bool(slope[0].isfinite().all())
