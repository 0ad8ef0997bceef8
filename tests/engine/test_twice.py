from __future__ import annotations

import pytest
import torch
from torch import nn

from tests.rules.second_order.once import Once
from trainlab.engine.twice import gradient_of, pulled
from trainlab.errors import NetworkError

THETA = torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64)
V = torch.tensor([[1.0, 0.0, 0.0], [1.0, -1.0, 2.0]], dtype=torch.float64)


def test_rows_are_multiplied_by_the_hessian() -> None:
    theta = THETA.clone().requires_grad_()
    g = gradient_of((theta[0] * theta[1] * theta[2]) + theta[2] ** 3, theta, nn.Identity())
    h = torch.tensor([[0.0, 3.0, 2.0], [3.0, 0.0, 1.0], [2.0, 1.0, 18.0]], dtype=torch.float64)
    torch.testing.assert_close(pulled(g, theta, V, nn.Identity(), rows=True), V @ h)
    torch.testing.assert_close(pulled(g, theta, V[1], nn.Identity()), V[1] @ h)


def test_what_has_no_curvature_gives_zeros() -> None:
    theta = THETA.clone().requires_grad_()
    g = gradient_of(theta.sum(), theta, nn.Identity())
    assert not pulled(g, theta, V, nn.Identity(), rows=True).any()


def test_a_function_that_torch_differentiates_once_is_told() -> None:
    theta = THETA.clone().requires_grad_()
    loss = Once.apply(theta**2).square().sum()
    with pytest.raises(NetworkError, match=r"cannot be differentiated.*once_differentiable"):
        gradient_of(loss, theta, nn.Identity())


def test_an_operation_without_a_second_derivative_is_told() -> None:
    theta = THETA.clone().requires_grad_()
    loss = torch.cdist(theta.reshape(1, 3), V).square().sum()
    with pytest.raises(NetworkError, match=r"cannot be differentiated.*\n.*Linear"):
        pulled(gradient_of(loss, theta, nn.Linear(1, 1)), theta, V[0], nn.Linear(1, 1))


def test_other_faults_are_not_covered_up() -> None:
    theta = THETA.clone().requires_grad_()
    with pytest.raises(RuntimeError, match="scalar outputs"):
        gradient_of(theta**2, theta, nn.Identity())
