from __future__ import annotations

from copy import deepcopy

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils import vector_to_parameters

from trainlab.engine.still import StillLoss
from trainlab.errors import DataError
from trainlab.losses import LOSSES
from trainlab.nn.networks import NETWORKS

N = 23


def normal(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


X, Y = normal(N, 1, 8, 8), torch.arange(N) % 3


class Masked(nn.Module):
    """Drops by torch's own generator, as a user's network does."""

    def forward(self, x: Tensor) -> Tensor:
        return functional.dropout(x, 0.5, self.training)


class Unbatchable(nn.Module):
    """Asks for a value, which torch.vmap refuses."""

    def forward(self, x: Tensor) -> Tensor:
        return x * 2 if x.sum().item() < 1e9 else x


def network(*more: nn.Module) -> nn.Module:
    with torch.random.fork_rng():
        torch.manual_seed(3)
        body = NETWORKS["cnn"].build((1, 8, 8), 3, channels=[3], widths=[5], norm="batch")
        for norm in [m for m in body.modules() if isinstance(m, nn.BatchNorm2d)]:
            norm.running_mean.normal_()  # type: ignore[union-attr]
        return nn.Sequential(body, *more).double()


def still(module: nn.Module, training: bool = False, at_once: int = 1 << 15) -> StillLoss:
    loss = LOSSES["cross_entropy"].mean
    return StillLoss(module, X, Y, loss, training=training, at_once=at_once)


def alone(module: nn.Module, theta: Tensor, training: bool) -> Tensor:
    """Evaluate as torch's user would: the weights written into a copy of the network."""
    own = deepcopy(module).train(training)
    vector_to_parameters(theta, own.parameters())
    with torch.no_grad():
        return functional.cross_entropy(own(X), Y)


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("more", [[], [Unbatchable()]])
def test_rows_are_the_network_with_those_weights(training: bool, more: list[nn.Module]) -> None:
    module = network(*more)
    loss = still(module, training)
    rows = loss.theta + 0.1 * normal(5, len(loss.theta), seed=1)
    expected = torch.stack([alone(module, row, training) for row in rows])
    torch.testing.assert_close(loss.at(rows), expected, rtol=1e-12, atol=0.0)
    assert torch.equal(loss.at(loss.theta.unsqueeze(0))[0], alone(module, loss.theta, training))


@pytest.mark.parametrize("at_once", [1, 5, 70])
def test_pieces_change_nothing_and_every_example_counts_alike(at_once: int) -> None:
    whole, pieces = still(network()), still(network(), at_once=at_once)
    rows = whole.theta + 0.1 * normal(4, len(whole.theta), seed=1)
    assert len(pieces.pieces) == -(-N // min(at_once, N))
    torch.testing.assert_close(pieces.at(rows), whole.at(rows), rtol=1e-12, atol=0.0)


def test_statistics_of_a_batch_are_of_all_examples() -> None:
    batch = still(network(), training=True, at_once=5)
    assert len(batch.pieces) == 1
    assert batch.at(batch.theta[None]) == still(network(), training=True).at(batch.theta[None])
    assert batch.at(batch.theta[None]) != still(network()).at(batch.theta[None])


@pytest.mark.parametrize("more", [[Masked()], [Masked(), Unbatchable()]])
def test_random_layers_draw_alike_everywhere(more: list[nn.Module]) -> None:
    loss = still(network(*more), training=True)
    first = loss.at(loss.theta.expand(3, -1))
    torch.rand(7)
    torch.testing.assert_close(loss.at(loss.theta.expand(4, -1))[:3], first, rtol=1e-12, atol=0.0)
    torch.testing.assert_close(first, loss.at(loss.theta[None]).expand(3), rtol=1e-12, atol=0.0)
    off = still(network(*more))
    assert off.at(off.theta[None]) != first[0]


@pytest.mark.parametrize("training", [False, True])
def test_the_network_its_mode_and_the_generator_stay(training: bool) -> None:
    module = network(Masked()).train(not training)
    before = {name: value.clone() for name, value in module.state_dict().items()}
    modes = [layer.training for layer in module.modules()]
    generator = torch.get_rng_state()
    loss = still(module, training)
    theta = loss.theta.clone()
    loss.at(loss.theta.expand(3, -1))
    loss.of(loss.theta.clone().requires_grad_(), loss.pieces[0]).backward()
    assert all(torch.equal(before[name], now) for name, now in module.state_dict().items())
    assert all(weight.grad is None for weight in module.parameters())
    assert [layer.training for layer in module.modules()] == modes
    assert torch.equal(torch.get_rng_state(), generator)
    assert torch.equal(loss.theta, theta)


def test_frozen_and_tied_weights() -> None:
    one = nn.Linear(4, 4).double()
    module = nn.Sequential(one, nn.Tanh(), one, nn.Linear(4, 3).double())
    module[3].bias.requires_grad_(False)
    x = normal(N, 4)
    loss = StillLoss(module, x, Y, functional.cross_entropy)
    assert len(loss.theta) == 20 + 12
    moved = loss.theta + 0.3
    own = deepcopy(module)
    with torch.no_grad():
        for weight in own.parameters():
            if weight.requires_grad:
                weight += 0.3
        expected = functional.cross_entropy(own(x), Y)
    assert loss.at(moved[None]).item() == pytest.approx(expected.item(), rel=1e-12)


def test_examples_without_targets_are_refused() -> None:
    with pytest.raises(DataError, match="23 examples with 22 targets"):
        StillLoss(network(), X, Y[1:], functional.cross_entropy)
