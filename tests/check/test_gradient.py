from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from trainlab import seeds
from trainlab.check.gradient import GradientCheck, gradient_check
from trainlab.losses import LOSSES
from trainlab.nn.networks import NETWORKS


def batch(*shape: int, examples: int = 16) -> tuple[Tensor, Tensor]:
    x, drawn = seeds.normal(seeds.keys([0, 1], "noise"), (examples, *shape))
    return x, (drawn.flatten(1)[:, 0] > 0).long()


def checked(module: nn.Module, *shape: int) -> GradientCheck:
    return gradient_check(module, *batch(*shape), LOSSES["cross_entropy"].mean)


@pytest.mark.parametrize("activation", ["tanh", "relu", "gelu", "maxout"])
@pytest.mark.parametrize("norm", ["none", "batch", "layer"])
def test_right_gradients_are_right(activation: str, norm: str) -> None:
    network = NETWORKS["mlp"].build((6,), 3, widths=[9, 7], activation=activation, norm=norm)
    found = checked(network, 6)
    assert found.good, found
    assert len(found.tensors) == len(list(network.parameters()))
    assert found.kink_share < 0.2


def test_images_sequences_and_random_layers_with_their_keys_held() -> None:
    cnn = NETWORKS["cnn"].build((1, 8, 8), 3, channels=[4], widths=[8], norm="batch", dropout=0.5)
    assert checked(cnn, 1, 8, 8).good
    assert checked(NETWORKS["gru"].build((5, 2), 3, hidden=4), 5, 2).good


class Wrong(torch.autograd.Function):
    """Squares, with a backward that forgets the two."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> Tensor:  # type: ignore[override]
        (x,) = ctx.saved_tensors
        return grad * x


class Square(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        found: Tensor = Wrong.apply(x)
        return found


def test_a_wrong_backward_is_found_where_it_is() -> None:
    network = NETWORKS["mlp"].build((6,), 3, widths=[8, 8], activation="tanh")
    network = nn.Sequential(network[:2], Square(), network[2:])
    found = checked(network, 6)
    assert not found.good
    wrong = {tensor.name for tensor in found.tensors if not tensor.good}
    assert wrong == {"0.linear1.weight", "0.linear1.bias"}, "what stands before it"
    first = found.tensors[0]
    assert first.numerical == pytest.approx(2 * first.analytic, rel=1e-3)


class Blind(torch.autograd.Function):
    """Passes on, with a backward that gives nothing."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        return x.clone()

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> Tensor:  # type: ignore[override]
        return torch.zeros_like(grad)


def test_a_gradient_that_is_lost_is_found() -> None:
    class Lost(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            found: Tensor = Blind.apply(x)
            return found

    assert not checked(nn.Sequential(nn.Linear(6, 4), Lost(), nn.Linear(4, 3)), 6).good


def test_kinks_are_counted_not_judged() -> None:
    """All units at 0 exactly: the loss has a corner in every weight that feeds them."""
    network = nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))
    with torch.no_grad():
        network[0].weight.zero_()
        network[0].bias.zero_()
    found = checked(network, 4)
    first, bias, *_ = found.tensors
    assert (first.kinks, bias.kinks) == (first.places, bias.places)
    assert first.worst is None
    assert found.good


def test_the_network_is_not_touched_and_places_follow_the_seed() -> None:
    network = NETWORKS["mlp"].build((6,), 3, widths=[8], norm="batch").eval()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    assert checked(network, 6) == checked(network, 6)
    assert all(torch.equal(before[name], now) for name, now in network.state_dict().items())
    assert not network.training


class Noisy(nn.Module):
    """Draws from torch's own generator at each call."""

    def forward(self, x: Tensor) -> Tensor:
        return x * nn.functional.dropout(torch.ones_like(x), 0.5)


@pytest.mark.parametrize(("middle", "good"), [(nn.Tanh(), True), (Square(), False)])
def test_what_torch_draws_is_drawn_alike_and_moves_no_generator(
    middle: nn.Module, good: bool
) -> None:
    torch.manual_seed(0)
    network = nn.Sequential(nn.Linear(6, 9), Noisy(), middle, nn.Linear(9, 3))
    before = torch.get_rng_state()
    found = checked(network, 6)
    assert found.good == good
    assert found.kink_share < 0.2
    assert torch.equal(torch.get_rng_state(), before)


def test_a_check_that_met_only_kinks_says_nothing_good() -> None:
    class Corner(nn.Module):
        """|w| at w = 0, times what depends on nothing else."""

        def __init__(self) -> None:
            super().__init__()
            self.weight = nn.Parameter(torch.zeros(3))

        def forward(self, x: Tensor) -> Tensor:
            return self.weight.abs() + 0 * x[:, :3]

    assert checked(Corner(), 6).kink_share == 1
    assert not checked(Corner(), 6).good
