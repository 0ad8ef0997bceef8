from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.func import hessian as dense

from trainlab import seeds
from trainlab.engine.still import StillLoss
from trainlab.errors import InputError, NetworkError
from trainlab.lens.curvature import Until, hessian, looks, trace
from trainlab.losses import LOSSES
from trainlab.nn.networks import NETWORKS


def normal(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def symmetric(n: int, seed: int = 0) -> Tensor:
    drawn = normal(n, n, seed=seed)
    return (drawn + drawn.T) / 2


def still(training: bool = False, at_once: int = 1 << 15, **options: Any) -> StillLoss:
    with torch.random.fork_rng():
        torch.manual_seed(1)
        module = NETWORKS["mlp"].build((4,), 3, widths=[5], activation="tanh", **options).double()
    loss = LOSSES["cross_entropy"].mean
    x, y = normal(20, 4), torch.arange(20) % 3
    return StillLoss(module, x, y, loss, training=training, at_once=at_once)


def dense_of(loss: StillLoss, theta: Tensor) -> Tensor:
    """Differentiate twice by torch's own transforms, all examples at once."""
    x, y = (torch.cat([getattr(piece, name) for piece in loss.pieces]) for name in "xy")

    def value(theta: Tensor) -> Tensor:
        buffers = {name: each.clone() for name, each in loss.buffers.items()}
        weights = loss.layout.unpack(theta)
        return loss.loss(functional_call(loss.module, (weights, buffers), (x,)), y)

    found: Tensor = dense(value)(theta)  # type: ignore[no-untyped-call]
    return found


def differences(loss: StillLoss, theta: Tensor, v: Tensor) -> Tensor:
    """Take differences of the gradient along each row of v: wrong by O(h^2)."""

    def slope(at: Tensor) -> Tensor:
        at = at.clone().requires_grad_()
        value = torch.stack([each.share * loss.of(at, each) for each in loss.pieces]).sum()
        return torch.autograd.grad(value, at)[0]

    h = 1e-5
    return torch.stack([(slope(theta + h * row) - slope(theta - h * row)) / (2 * h) for row in v])


@pytest.mark.filterwarnings("ignore:.*torch.jit.script.*:DeprecationWarning")
@pytest.mark.parametrize("norm", ["none", "batch"])
def test_products_are_those_of_the_dense_hessian(norm: str) -> None:
    loss = still(norm=norm)
    theta = loss.theta + 0.2 * normal(len(loss.theta), seed=4)
    v = normal(7, len(theta), seed=5)
    expected = v @ dense_of(loss, theta)
    torch.testing.assert_close(hessian(loss, theta)(v), expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize(
    "norm",
    [
        nn.BatchNorm2d(4),
        nn.GroupNorm(2, 4),
        nn.InstanceNorm2d(4, affine=True),
        nn.LayerNorm([4, 4, 4]),
    ],
    ids=lambda norm: type(norm).__name__,
)
def test_products_through_norms_are_differences(norm: nn.Module, training: bool) -> None:
    """pytorch #196699, #196700: torch.func's second derivatives of norms are wrong."""
    with torch.random.fork_rng():
        torch.manual_seed(1)
        last = nn.Linear(64, 3)
        module = nn.Sequential(nn.Conv2d(1, 4, 3), norm, nn.Tanh(), nn.Flatten(), last).double()
    x, y = normal(12, 1, 6, 6), torch.arange(12) % 3
    loss = StillLoss(module, x, y, LOSSES["cross_entropy"].mean, training=training)
    v = normal(5, len(loss.theta), seed=5)
    expected = differences(loss, loss.theta, v)
    torch.testing.assert_close(hessian(loss)(v), expected, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("at_once", [1, 6, 50])
def test_pieces_and_rows_at_once_change_nothing(at_once: int) -> None:
    v = normal(7, len(still().theta), seed=5)
    whole, pieces = hessian(still())(v), hessian(still(at_once=at_once))(v)
    torch.testing.assert_close(pieces, whole, rtol=1e-12, atol=1e-14)
    torch.testing.assert_close(hessian(still())(v[3:4]), whole[3:4], rtol=1e-12, atol=1e-14)


class Attention(nn.Module):
    """Attends by torch's fused kernel, which is differentiable once."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.TransformerEncoderLayer(4, 2, 8, batch_first=True, dropout=0.0)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.layer(x)[:, -1]
        return out


def test_attention_has_a_hessian() -> None:
    with torch.random.fork_rng():
        torch.manual_seed(1)
        module = Attention().double()
    loss = StillLoss(module, normal(6, 3, 4), normal(6, 4, seed=1), LOSSES["mse"].mean)
    v = normal(3, len(loss.theta), seed=5)
    expected = differences(loss, loss.theta, v)
    torch.testing.assert_close(hessian(loss)(v), expected, rtol=1e-6, atol=1e-7)


def test_a_loss_without_curvature_has_none() -> None:
    module = nn.Linear(3, 1).double()
    loss = StillLoss(module, normal(5, 3), normal(5), lambda output, _: output.mean())
    assert not hessian(loss)(torch.ones(2, 4, dtype=torch.float64)).any()
    assert trace(hessian(loss), loss.theta).reached


class Distances(nn.Linear):
    """Tells how far an example is from each unit, which torch differentiates once."""

    def forward(self, x: Tensor) -> Tensor:
        return torch.cdist(x, self.weight)


@pytest.mark.parametrize("rows", [1, 3])
def test_a_network_that_can_be_differentiated_once_is_told(rows: int) -> None:
    module = Distances(3, 2, bias=False).double()
    loss = StillLoss(module, normal(5, 3), normal(5, 2), LOSSES["mse"].mean)
    with pytest.raises(NetworkError, match="cannot be differentiated"):
        hessian(loss)(torch.ones(rows, 6, dtype=torch.float64))


def test_a_place_that_is_not_finite_is_told() -> None:
    loss = still()
    with pytest.raises(NetworkError, match="not finite"):
        hessian(loss, loss.theta * math.inf)(loss.theta[None])


def test_the_trace_of_a_network_is_within_its_error() -> None:
    loss = still()
    exact = differences(loss, loss.theta, torch.eye(len(loss.theta))).trace().item()
    found = trace(hessian(loss), loss.theta, Until(relative=0.02, most=10_000))
    assert found.reached
    assert found.standard_error <= 0.02 * abs(found.estimate)
    assert abs(found.estimate - exact) < 3 * found.standard_error


def test_a_diagonal_is_known_from_any_probe() -> None:
    diagonal = normal(50)
    found = trace(lambda v: v * diagonal, diagonal)
    assert found.estimate == pytest.approx(diagonal.sum().item(), rel=1e-12)
    assert found.standard_error < 1e-12
    assert (found.probes, found.reached) == (32, True)


def test_the_error_is_hutchinsons() -> None:
    """Var = 2 sum of the squares off the diagonal, over the probes."""
    h = symmetric(30)
    variance = 2 * (h.square().sum() - h.diagonal().square().sum()).item()
    fixed = Until(relative=0.0, least=4000, most=4000)
    found = trace(lambda v: v @ h, h[0], fixed, rows=4000)
    assert found.standard_error == pytest.approx(math.sqrt(variance / 4000), rel=0.05)
    assert not found.reached


@pytest.mark.parametrize("sketch", [0, 4])
def test_the_error_is_calibrated_where_it_decides_when_to_stop(sketch: int) -> None:
    """Of 400 seeds about 95 % lie within 1.96 standard errors: binomial 5 sigma is 5.4 points."""
    h = symmetric(20) + torch.eye(20, dtype=torch.float64)
    until = Until(relative=0.1, least=32, most=4096)
    found = [trace(lambda v: v @ h, h[0], until, sketch=sketch, seed=s) for s in range(400)]
    z = torch.tensor([(f.estimate - h.trace().item()) / f.standard_error for f in found])
    assert all(f.reached for f in found)
    assert len({f.probes for f in found}) > 1, "the stop is a random one"
    assert abs((z.abs() < 1.96).double().mean().item() - 0.95) < 0.054
    assert abs(z.mean().item()) < 5 / 400**0.5


def test_a_sketch_takes_the_few_eigenvalues_that_rule() -> None:
    basis = torch.linalg.qr(normal(60, 60)).Q
    values = torch.cat([torch.tensor([500.0, 200.0, 90.0]), 0.01 * torch.rand(57)]).double()
    h = basis @ torch.diag(values) @ basis.T
    until = Until(relative=0.0, least=32, most=32)
    plain, sketched = (trace(lambda v: v @ h, h[0], until, sketch=k) for k in (0, 6))
    assert sketched.standard_error < 1e-3 * plain.standard_error
    assert abs(sketched.estimate - values.sum().item()) < 4 * sketched.standard_error
    assert (plain.products, sketched.products) == (32, 32 + 12)


def test_a_sketch_as_wide_as_the_map_is_exact() -> None:
    h = symmetric(8)
    found = trace(lambda v: v @ h, h[0], sketch=20)
    assert found.estimate == pytest.approx(h.trace().item(), rel=1e-12)


def test_rows_at_once_change_no_probe_and_seeds_do() -> None:
    h = symmetric(12)
    one, other = (trace(lambda v: v @ h, h[0], seed=5, rows=k) for k in (1, 7))
    assert one.probes == other.probes
    assert one.estimate == pytest.approx(other.estimate, rel=1e-12)
    assert trace(lambda v: v @ h, h[0], seed=6).estimate != one.estimate


def test_it_stops_at_the_least_at_the_tolerance_or_at_the_most() -> None:
    h = symmetric(12)

    def found(until: Until) -> tuple[int, bool]:
        told = trace(lambda v: v @ h, h[0], until)
        return told.probes, told.reached

    assert found(Until(absolute=1e9, least=2)) == (2, True)
    assert found(Until(relative=0.0, most=40)) == (40, False)
    probes, reached = found(Until(relative=0.0, absolute=0.5, most=10_000))
    assert reached
    assert 32 < probes < 10_000
    assert list(looks(2, 10)) == [2, 3, 5, 8, 10]
    assert list(looks(4, 4)) == [4]


@pytest.mark.parametrize("wrong", [{"least": 1}, {"most": 3}, {"relative": -1.0}])
def test_a_rule_that_cannot_stop_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="no trace can be estimated"):
        Until(**wrong)


def test_a_look_changes_nothing() -> None:
    loss = still(training=True, norm="batch", dropout=0.3)
    before = {name: value.clone() for name, value in loss.module.state_dict().items()}
    theta, generator = loss.theta.clone(), torch.get_rng_state()
    assert trace(hessian(loss), loss.theta) == trace(hessian(loss), loss.theta)
    assert all(torch.equal(before[name], now) for name, now in loss.module.state_dict().items())
    assert torch.equal(loss.theta, theta)
    assert not loss.theta.requires_grad
    assert torch.equal(torch.get_rng_state(), generator)


def test_probes_are_the_keys_signs() -> None:
    drawn: list[Tensor] = []

    def product(v: Tensor) -> Tensor:
        drawn.append(v.clone())
        return torch.zeros_like(v)

    trace(product, torch.zeros(9), Until(least=5))
    key = seeds.fold_in(seeds.keys([0], "noise")[0], 1 << 61)
    assert torch.equal(drawn[0], seeds.signs(seeds.each(key, 5), (9,)))
