from __future__ import annotations

import io
from itertools import pairwise

import pytest
import torch
from torch import Tensor, nn

from tests.rules.second_order.once import Once
from trainlab.errors import InputError
from trainlab.optim import NewtonCG

N = 6


def normal(*shape: int, seed: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.mark.parametrize("damping", [0.0, 0.5])
def test_on_a_quadratic_it_takes_the_dense_newton_step(damping: float) -> None:
    root, b = normal(N, N, seed=0), normal(N, seed=1)
    h = root @ root.T + torch.eye(N, dtype=torch.float64)
    first, last = nn.Parameter(normal(2, seed=2)), nn.Parameter(normal(2, 2, seed=3))
    before = torch.cat([first.detach(), last.detach().flatten()])

    def closure() -> Tensor:
        x = torch.cat([first, last.flatten()])
        return x @ h @ x / 2 - b @ x

    loss = NewtonCG([first, last], damping=damping, forcing=1e-14).step(closure)
    damped = h + damping * torch.eye(N, dtype=torch.float64)
    expected = before - torch.linalg.solve(damped, h @ before - b)
    found = torch.cat([first.detach(), last.detach().flatten()])
    torch.testing.assert_close(found, expected, rtol=1e-10, atol=1e-10)
    torch.testing.assert_close(loss, before @ h @ before / 2 - b @ before)
    assert first.grad is None


def network() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 2)).double()


X, Y = normal(40, 4, seed=1), normal(40, 2, seed=2)


def walk(module: nn.Module, optimizer: NewtonCG, steps: int) -> list[float]:
    return [float(optimizer.step(lambda: (module(X) - Y).square().mean())) for _ in range(steps)]


def test_it_trains_a_network_and_counts_what_it_asked_for() -> None:
    module = network()
    optimizer = NewtonCG(module.parameters())
    losses = walk(module, optimizer, 10)
    assert all(after < before for before, after in pairwise(losses))
    state = optimizer.state_dict()["state"][0]
    assert state["n_iter"] == 10
    assert state["func_evals"] > 20


def test_saved_and_loaded_it_goes_on_bit_for_bit() -> None:
    straight, module = network(), network()
    walk(straight, NewtonCG(straight.parameters(), damping=0.1), 4)
    optimizer = NewtonCG(module.parameters(), damping=0.1)
    walk(module, optimizer, 2)
    file = io.BytesIO()
    torch.save(optimizer.state_dict(), file)
    file.seek(0)
    loaded = NewtonCG(module.parameters())
    loaded.load_state_dict(torch.load(file, weights_only=True))
    walk(module, loaded, 2)
    for one, other in zip(module.parameters(), straight.parameters(), strict=True):
        assert torch.equal(one, other)
    assert loaded.state_dict()["state"][0]["n_iter"] == 4


def test_where_the_loss_is_linear_it_goes_straight_down() -> None:
    p = nn.Parameter(torch.tensor([1.0, 2.0], dtype=torch.float64))
    NewtonCG([p], lr=0.5, max_eval=1).step(lambda: p.sum())
    assert p.tolist() == [0.5, 1.5]


def test_a_closure_that_went_backward_is_told_so() -> None:
    module = network()

    def closure() -> Tensor:
        loss = (module(X) - Y).square().mean()
        loss.backward()
        return loss

    with pytest.raises(InputError, match="cannot be differentiated"):
        NewtonCG(module.parameters()).step(closure)


def test_a_number_below_zero_is_refused() -> None:
    with pytest.raises(InputError, match="damping is -1"):
        NewtonCG(network().parameters(), damping=-1)


def test_a_loss_that_torch_differentiates_once_is_refused() -> None:
    x = nn.Parameter(torch.ones(3))
    with pytest.raises(InputError, match="once_differentiable"):
        NewtonCG([x]).step(lambda: Once.apply(x**2).square().sum())
    assert x.tolist() == [1.0] * 3
