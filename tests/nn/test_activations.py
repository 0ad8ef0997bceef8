from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn

from tests.nn import rows
from trainlab.nn.activations import ACTIVATIONS, activation, gain_of, is_activation, pieces_of

CURVES = [name for name in ACTIVATIONS if name != "maxout"]
AXIS = torch.linspace(-40, 40, 400_001, dtype=torch.float64)
TORCH_GAINS = {"sigmoid": "sigmoid", "tanh": "tanh", "relu": "relu", "identity": "linear"}


def curve(name: str) -> tuple[Tensor, Tensor]:
    """Give the values and slopes of an activation over AXIS."""
    x = AXIS.clone().requires_grad_()
    y = activation(name).double()(x)
    (slope,) = torch.autograd.grad(y.sum(), x)
    return y.detach(), slope


def normal_mean(values: Tensor) -> float:
    """Average over z ~ N(0, 1)."""
    weight = torch.exp(-AXIS.square() / 2)
    return float((weight * values).sum() / weight.sum())


@pytest.mark.parametrize("name", CURVES)
def test_the_range_is_true(name: str) -> None:
    y, _ = curve(name)
    low, high = ACTIVATIONS[name].range
    assert low - 1e-3 <= y.min() and y.max() <= high + 1e-3
    assert y.min() < low + 0.05 if math.isfinite(low) else y.min() < -0.3
    assert y.max() > high - 0.05 if math.isfinite(high) else y.max() > 30


@pytest.mark.parametrize("name", CURVES)
def test_zero_centred_means_that_a_normal_input_gives_mean_zero(name: str) -> None:
    assert (abs(normal_mean(curve(name)[0])) < 1e-4) == ACTIVATIONS[name].zero_centred


@pytest.mark.parametrize("name", CURVES)
def test_a_unit_is_live_where_its_slope_is_a_hundredth_of_the_largest(name: str) -> None:
    slope = curve(name)[1].abs()
    lively = AXIS[slope >= 0.01 * slope.max()]
    low, high = ACTIVATIONS[name].live
    assert lively[0].item() == pytest.approx(max(low, -40), abs=2e-3)
    assert lively[-1].item() == pytest.approx(min(high, 40), abs=2e-3)


@pytest.mark.parametrize("name", CURVES)
def test_a_unit_can_die_where_its_slope_is_exactly_zero_on_a_side(name: str) -> None:
    x = torch.tensor([-10.0, 10.0], dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(activation(name).double()(x).sum(), x)
    assert bool((slope == 0).any()) == ACTIVATIONS[name].can_die


@pytest.mark.parametrize("name", sorted(set(CURVES) - {"sigmoid", "tanh"}))
def test_the_gain_keeps_the_second_moment(name: str) -> None:
    exact = 1 / math.sqrt(normal_mean(curve(name)[0].square()))
    assert ACTIVATIONS[name].gain == pytest.approx(exact, rel=1e-3)


@pytest.mark.parametrize("name", sorted(TORCH_GAINS))
def test_the_gain_is_torchs_where_it_has_one(name: str) -> None:
    assert ACTIVATIONS[name].gain == nn.init.calculate_gain(TORCH_GAINS[name])


def test_the_gain_follows_the_slope() -> None:
    assert gain_of(nn.LeakyReLU(0.3)) == pytest.approx(nn.init.calculate_gain("leaky_relu", 0.3))
    assert gain_of(nn.PReLU(init=0.5)) == pytest.approx(math.sqrt(2 / 1.25))
    assert gain_of(nn.Linear(2, 2)) == 1.0


def test_the_gain_of_maxout_is_exact_for_two_pieces() -> None:
    z = torch.randn(2, 400_000, generator=torch.Generator().manual_seed(0))
    assert float(z.amax(0).square().mean()) == pytest.approx(ACTIVATIONS["maxout"].gain, abs=0.01)


def test_rows_are_found_in_any_network_by_their_class() -> None:
    assert all(is_activation(activation(name)) for name in ACTIVATIONS)
    assert not is_activation(nn.Linear(2, 2))


def test_options_reach_the_module() -> None:
    x = torch.tensor([-1.0])
    assert activation({"name": "leaky_relu", "slope": 0.2})(x).item() == pytest.approx(-0.2)
    assert activation({"name": "elu", "alpha": 2.0})(x).item() == pytest.approx(2 * math.expm1(-1))


def test_swish_is_silu_at_beta_one_and_learns_beta() -> None:
    x = torch.randn(5, generator=torch.Generator().manual_seed(0))
    swish = activation("swish")
    torch.testing.assert_close(swish(x), nn.functional.silu(x))
    steep = activation({"name": "swish", "beta": 30.0})
    torch.testing.assert_close(steep(x), x.relu(), atol=0.02, rtol=0)
    assert [weight.shape for weight in swish.parameters()] == [(1,)]


def test_maxout_takes_the_largest_piece_of_each_unit() -> None:
    maxout = activation({"name": "maxout", "pieces": 3})
    assert pieces_of(maxout) == 3
    x = torch.tensor([[1.0, 5.0, 2.0, -3.0, -1.0, -2.0]])
    assert maxout(x).tolist() == [[5.0, -1.0]]
    images = torch.arange(2 * 6 * 4 * 4.0).reshape(2, 6, 4, 4)
    torch.testing.assert_close(maxout(images), images[:, 2::3])


def test_maxout_routes_the_gradient_to_the_largest_piece() -> None:
    x = torch.tensor([[1.0, 5.0, 2.0]], requires_grad=True)
    activation({"name": "maxout", "pieces": 3})(x).backward()
    assert x.grad is not None and x.grad.tolist() == [[0.0, 1.0, 0.0]]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_member_is_itself_alone(name: str) -> None:
    networks = rows.members(lambda: nn.Sequential(nn.Linear(3, 4), activation(name)))
    x = torch.randn(3, 5, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    rows.assert_same(rows.together(networks, x), rows.alone(networks, x))
