from __future__ import annotations

from copy import deepcopy

import pytest
import torch
from scipy import stats
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils import vector_to_parameters

from trainlab.engine.still import StillLoss
from trainlab.errors import InputError
from trainlab.layout import layout_of
from trainlab.lens.landscape import Slice, axis, filter_normalised, normal_directions
from trainlab.losses import LOSSES
from trainlab.nn.networks import NETWORKS

X = torch.randn(9, 1, 8, 8, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
Y = torch.arange(9) % 3


def network() -> nn.Module:
    with torch.random.fork_rng():
        torch.manual_seed(3)
        build = NETWORKS["cnn"].build
        return build((1, 8, 8), 3, channels=[3, 4], widths=[5], norm="batch").double()


def still(module: nn.Module, at_once: int = 1 << 15) -> StillLoss:
    return StillLoss(module, X, Y, LOSSES["cross_entropy"].mean, at_once=at_once)


def test_an_axis_is_symmetric_to_the_bit() -> None:
    assert axis(5, 2.0).tolist() == [-2.0, -1.0, 0.0, 1.0, 2.0]
    for points in range(2, 60):
        assert torch.equal(axis(points), -axis(points).flip(0))
        assert (axis(points, 3.0)[0], axis(points, 3.0)[-1]) == (-3.0, 3.0)
    assert axis(1).tolist() == [0.0]


def test_directions_are_normal_and_independent() -> None:
    drawn = normal_directions(torch.zeros(20_000), 3)
    for direction in drawn:
        assert stats.kstest(direction.numpy(), "norm").pvalue > 1e-3
    inner = drawn @ drawn.T / 20_000
    torch.testing.assert_close(inner, torch.eye(3), rtol=0.0, atol=5 * (2 / 20_000) ** 0.5)
    assert torch.equal(normal_directions(torch.zeros(20_000), 1)[0], drawn[0])
    assert not torch.equal(normal_directions(torch.zeros(20_000), 1, seed=1)[0], drawn[0])


def test_every_filter_has_the_length_of_its_weights_and_the_rest_is_zero() -> None:
    """As Li et al. do it: filter by filter, neuron by neuron, nothing of one dimension."""
    module = network()
    layout, theta = layout_of(module), still(module).theta
    drawn = normal_directions(theta, 2, seed=4)
    scaled = layout.unpack(filter_normalised(drawn, theta, module))
    for name, weight in module.named_parameters():
        for one, before in zip(scaled[name], layout.unpack(drawn)[name], strict=True):
            if weight.dim() == 1:
                assert not one.any()
                continue
            for mine, kept, drew in zip(one, weight, before, strict=True):
                expected = drew * kept.norm() / drew.norm()
                torch.testing.assert_close(mine, expected.detach(), rtol=1e-12, atol=0.0)


@pytest.mark.parametrize("groups", [1, 2])
def test_filters_of_a_transposed_convolution_are_of_its_outputs(groups: int) -> None:
    """Scaling all that feeds one output channel scales that channel, and no other."""
    module = nn.ConvTranspose2d(4, 6, 3, groups=groups, bias=False).double()
    theta = layout_of(module).pack(dict(module.named_parameters())).detach()
    direction = filter_normalised(normal_directions(theta, 1), theta, module)
    x = torch.eye(4, dtype=torch.float64).reshape(4, 4, 1, 1)

    def lengths(row: Tensor) -> Tensor:
        weight = row.reshape(module.weight.shape)
        out = functional.conv_transpose2d(x, weight, groups=groups)
        return out.square().sum(dim=(0, 2, 3)).sqrt()

    torch.testing.assert_close(lengths(direction[0]), lengths(theta), rtol=1e-12, atol=0.0)


def test_a_filter_of_zeros_stays_and_zeros_are_not_divided_by() -> None:
    module = nn.Linear(3, 2).double()
    theta = torch.tensor([0.0, 0.0, 0.0, 1.0, 2.0, 2.0, 7.0, 7.0], dtype=torch.float64)
    directions = torch.ones(2, 8, dtype=torch.float64)
    directions[1, 3:6] = 0.0
    found = filter_normalised(directions, theta, module)
    root = 3.0**0.5
    assert found[0].tolist() == pytest.approx([0, 0, 0, root, root, root, 0, 0])
    assert not found[1].any()


def test_scaled_units_under_a_norm_have_the_same_slice() -> None:
    """What filters are normalised for: Li et al. 2018, section 4."""
    module, scaled = network(), network()
    for layer in scaled.modules():
        if isinstance(layer, nn.BatchNorm2d):
            layer.running_mean *= 8.0  # type: ignore[operator]
            layer.running_var.mul_(64.0).add_(63 * layer.eps)  # type: ignore[operator]
    with torch.no_grad():
        for layer in scaled.modules():
            if isinstance(layer, nn.Conv2d):
                layer.weight *= 8.0
                if layer.bias is not None:
                    layer.bias *= 8.0

    def losses(module: nn.Module) -> Tensor:
        loss = still(module)
        drawn = normal_directions(loss.theta, 1)
        direction = filter_normalised(drawn, loss.theta, module)
        return Slice(loss.theta, direction, (axis(5),)).losses(loss)

    torch.testing.assert_close(losses(scaled), losses(module), rtol=1e-9, atol=0.0)


def test_rows_and_places_are_each_others_inverse() -> None:
    plane = Slice(torch.zeros(2), torch.eye(2), (axis(3), axis(4)))
    assert plane.shape == (3, 4)
    assert [plane.place(row) for row in range(12)] == [(i, j) for i in range(3) for j in range(4)]
    assert [plane.row(*plane.place(row)) for row in range(12)] == list(range(12))
    expected = torch.tensor([[a, b] for a in axis(3) for b in axis(4)], dtype=torch.float32)
    assert torch.equal(plane.points(torch.arange(12)), expected)
    assert Slice(torch.zeros(2), torch.eye(2)[:1], (axis(3),)).place(2) == (2,)


def test_a_point_is_theta_and_its_own_steps_to_the_bit() -> None:
    theta, directions = torch.randn(101), torch.randn(2, 101)
    a, b = axis(5).float(), axis(7).float()
    plane = Slice(theta, directions, (a, b))
    every = plane.points(torch.arange(35))
    for i in range(5):
        for j in range(7):
            row = plane.row(i, j)
            assert torch.equal(every[row], theta + a[i] * directions[0] + b[j] * directions[1])
            assert torch.equal(every[row], plane.points(torch.tensor([row]))[0])
    assert torch.equal(every[plane.row(2, 3)], theta), "the middle is theta itself"


@pytest.mark.parametrize("at_once", [9, 40, 1 << 15])
def test_a_plane_is_the_network_moved_there_point_by_point(at_once: int) -> None:
    module = network()
    loss = still(module, at_once)
    directions = filter_normalised(normal_directions(loss.theta), loss.theta, module)
    plane = Slice(loss.theta, directions, (axis(3), axis(4)))
    found = plane.losses(loss)
    own = deepcopy(module).eval()
    for i in range(3):
        for j in range(4):
            at = loss.theta + axis(3)[i] * directions[0] + axis(4)[j] * directions[1]
            vector_to_parameters(at, own.parameters())
            expected = functional.cross_entropy(own(X), Y).item()
            assert found[i, j].item() == pytest.approx(expected, rel=1e-12)


def test_a_line_crosses_a_bowl() -> None:
    """mean (w x - y)^2 over one example x = 1, y = 0: the loss along a is (theta + a)^2."""
    module = nn.Linear(1, 1, bias=False).double()
    x, y = torch.ones(1, 1, dtype=torch.float64), torch.zeros(1, dtype=torch.float64)
    loss = StillLoss(module, x, y, LOSSES["mse"].mean)
    found = Slice(loss.theta, torch.ones(1, 1, dtype=torch.float64), (axis(9),)).losses(loss)
    torch.testing.assert_close(found, (loss.theta + axis(9)).square(), rtol=1e-12, atol=1e-15)


def test_a_look_changes_nothing() -> None:
    module = network().train()
    before = {name: value.clone() for name, value in module.state_dict().items()}
    generator, loss = torch.get_rng_state(), still(module)
    theta = loss.theta.clone()
    directions = filter_normalised(normal_directions(loss.theta), loss.theta, module)
    Slice(loss.theta, directions, (axis(3), axis(3))).losses(loss)
    assert all(torch.equal(before[name], now) for name, now in module.state_dict().items())
    assert all(layer.training for layer in module.modules())
    assert torch.equal(loss.theta, theta)
    assert torch.equal(torch.get_rng_state(), generator)


@pytest.mark.parametrize("shape", [(1, 2), (2, 3), (2,)])
def test_axes_without_directions_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match="2 axes"):
        Slice(torch.zeros(2), torch.zeros(shape), (axis(3), axis(3)))
