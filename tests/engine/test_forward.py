from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from trainlab.engine.forward import Batched, Forward, Rows, forward_by
from trainlab.engine.population import Population, populate
from trainlab.losses import LOSSES

CPU = torch.device("cpu")


class Tied(nn.Module):
    """One weight used in two places, one frozen parameter, one that the loss never meets."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(4, 4)
        self.second = nn.Linear(4, 4)
        self.second.weight = self.first.weight
        self.scale = nn.Parameter(torch.tensor(2.0), requires_grad=False)
        self.unused = nn.Parameter(torch.ones(3))
        self.head = nn.Linear(4, 3)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.head(self.second(self.first(x).tanh()) * self.scale)
        return out


class Alone(nn.Module):
    """Has an operation without a batching rule."""

    def __init__(self) -> None:
        super().__init__()
        self.head = nn.Linear(4, 3)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.head(torch.renorm(x, 2, 0, 1.0))
        return out


def falls_back(x: Tensor) -> Tensor:
    return torch.vmap(lambda row: torch.renorm(row, 2, 0, 1.0))(x)


def test_torch_warns_of_a_missing_batching_rule_everywhere_but_in_our_own_calls() -> None:
    x, y = batch()
    these = Batched(populate(lambda seed: Alone(), range(3), CPU, torch.float64), loss)
    for call in (these.gradient, lambda x, y, smoothing: these.outputs(x)):
        call(x, y, 0.0)  # warnings are errors here
        with pytest.warns(UserWarning, match="batching rule"):
            falls_back(x)


def population(seeds: int = 3) -> Population:
    def build(seed: int) -> nn.Module:
        torch.manual_seed(seed)
        return Tied()

    return populate(build, range(seeds), CPU, torch.float64)


loss = LOSSES["cross_entropy"]


def batch(members: int = 3) -> tuple[Tensor, Tensor]:
    return torch.randn(members, 5, 4, dtype=torch.float64), torch.randint(0, 3, (members, 5))


@pytest.mark.parametrize("kind", [Batched, Rows])
def test_losses_and_gradients_are_those_of_torch(kind: type[Batched] | type[Rows]) -> None:
    these = population()
    x, y = batch()
    losses, gradient = kind(these, loss).gradient(x, y, 0.0)
    for row in range(3):
        torch.manual_seed(row)
        alone = Tied().double()
        expected = nn.functional.cross_entropy(alone(x[row]), y[row])
        expected.backward()
        assert torch.allclose(losses[row], expected)
        for name, found in these.layout.unpack(gradient[row]).items():
            grad = alone.get_parameter(name).grad
            assert torch.allclose(found, torch.zeros_like(found) if grad is None else grad)


@pytest.mark.parametrize("kind", [Batched, Rows])
def test_outputs_of_shared_and_of_own_examples(kind: type[Batched] | type[Rows]) -> None:
    x, _ = batch()
    forward: Forward = kind(population(), loss)
    own = forward.outputs(x)
    shared = forward.outputs(x[1], shared=True)
    assert own.shape == shared.shape == (3, 5, 3)
    assert torch.allclose(own[1], shared[1])


def test_both_ways_agree_with_smoothing_of_each_members_own() -> None:
    x, y = batch()
    smoothing = torch.tensor([[0.0], [0.1], [0.3]], dtype=torch.float64)
    ways = [
        forward_by(name, population(), loss).gradient(x, y, smoothing) for name in ("vmap", "rows")
    ]
    assert torch.allclose(ways[0][0], ways[1][0])
    assert torch.allclose(ways[0][1], ways[1][1])


def test_rows_see_theta_as_it_moves() -> None:
    these = population(1)
    forward = Rows(these, loss)
    x, y = batch(1)
    before, gradient = forward.gradient(x, y, 0.0)
    these.theta.sub_(0.1 * gradient)
    after, _ = forward.gradient(x, y, 0.0)
    assert float(after) < float(before)


def test_running_statistics_move_in_their_own_row() -> None:
    def build(seed: int) -> nn.Module:
        return nn.Sequential(nn.BatchNorm1d(4), nn.Linear(4, 3))

    x, y = batch(2)
    for name in ("vmap", "rows"):
        these = populate(build, range(2), CPU, torch.float64)
        forward_by(name, these, loss).gradient(x, y, 0.0)
        alone = nn.BatchNorm1d(4).double()
        alone(x[1])
        assert torch.allclose(these.buffers["0.running_var"][1], alone.running_var)
        assert these.buffers["0.num_batches_tracked"].tolist() == [1, 1]


def test_autocast_narrows_the_pass_and_not_the_loss() -> None:
    these = populate(lambda seed: nn.Linear(4, 3), [0], CPU)
    x, y = torch.randn(1, 5, 4), torch.randint(0, 3, (1, 5))
    full, _ = Rows(these, loss).gradient(x, y, 0.0)
    narrow, gradient = Rows(these, loss, torch.bfloat16).gradient(x, y, 0.0)
    assert narrow.dtype == gradient.dtype == torch.float32
    assert not torch.equal(full, narrow)
    assert torch.allclose(full, narrow, rtol=0.02)


@pytest.mark.parametrize("name", ["vmap", "rows"])
def test_losses_elsewhere_are_those_of_the_gradient_there(name: str) -> None:
    these = population()
    forward, (x, y) = forward_by(name, these, loss), batch(3)
    elsewhere = (these.theta + 0.1).requires_grad_()
    found = forward.losses(elsewhere, dict(these.buffers), x, y, 0.1)
    (slope,) = torch.autograd.grad(found.sum(), elsewhere)
    these.theta.copy_(elsewhere.detach())
    told, gradient = forward.gradient(x, y, 0.1)
    torch.testing.assert_close(found.detach(), told)
    torch.testing.assert_close(slope, gradient)


def test_rows_that_nobody_asks_for_are_left_out() -> None:
    these = population()
    forward, (x, y) = Rows(these, loss), batch(3)
    whole, gradient = forward.gradient(x, y, 0.0)
    some, part = forward.gradient(x, y, 0.0, torch.tensor([True, False, True]))
    assert torch.equal(some, whole * torch.tensor([1.0, 0.0, 1.0]))
    assert torch.equal(part[::2], gradient[::2])
    assert not part[1].any()
