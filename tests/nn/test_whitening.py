from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.func import functional_call, vmap

from tests.nn import rows
from trainlab.errors import NetworkError
from trainlab.nn.whitening import (
    DecorrelatedBatchNorm1d,
    DecorrelatedBatchNorm2d,
    IterNorm1d,
    IterNorm2d,
    Whitening,
    width_of_groups,
)

Make = Callable[..., Whitening]
KINDS_1D: list[Make] = [DecorrelatedBatchNorm1d, IterNorm1d]
KINDS_2D: list[Make] = [DecorrelatedBatchNorm2d, IterNorm2d]
KINDS = KINDS_1D + KINDS_2D


def mixed(*shape: int, seed: int = 1) -> Tensor:
    """Draw correlated channels, off centre: [B, C, ...]."""
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(shape, generator=generator, dtype=torch.float64)
    mixer = torch.eye(shape[1]) + 0.4 * torch.randn(shape[1], shape[1], generator=torch.Generator())
    return torch.einsum("ij,bj...->bi...", mixer.double(), x) + 3


def by_channel(x: Tensor) -> Tensor:
    """Lay out [B, C, ...] as [C, observations]."""
    return x.transpose(0, 1).flatten(1)


def zca(x: Tensor, width: int, eps: float) -> Tensor:
    """Transcribe Huang et al. 2018, algorithm 1, group by group, by torch's eigendecomposition."""
    whitened = []
    for part in by_channel(x).split(width):
        centred = part - part.mean(dim=1, keepdim=True)
        covariance = centred @ centred.T / centred.shape[1] + eps * torch.eye(width)
        values, vectors = torch.linalg.eigh(covariance)
        whitened.append(vectors @ torch.diag(values**-0.5) @ vectors.T @ centred)
    return torch.cat(whitened).reshape(x.transpose(0, 1).shape).transpose(0, 1)


def shape_for(kind: Make) -> tuple[int, ...]:
    return (24, 6, 4, 3) if kind in KINDS_2D else (96, 6)


@pytest.mark.parametrize("kind", [DecorrelatedBatchNorm1d, DecorrelatedBatchNorm2d])
def test_decorrelation_is_the_dense_transcription_in_value_and_gradient(kind: Make) -> None:
    layer, shape = kind(6, group_width=3).double(), shape_for(kind)
    gain, bias = torch.arange(1.0, 7).double(), torch.arange(6.0).double()
    ours, theirs = mixed(*shape).requires_grad_(), mixed(*shape).requires_grad_()
    assert layer.weight is not None and layer.bias is not None
    layer.weight.data, layer.bias.data = gain.clone(), bias.clone()
    wide = (6, *(1 for _ in shape[2:]))
    y, expected = layer(ours), zca(theirs, 3, 1e-5) * gain.view(wide) + bias.view(wide)
    torch.testing.assert_close(y, expected, rtol=1e-9, atol=1e-9)
    y.sin().sum().backward()
    expected.sin().sum().backward()
    torch.testing.assert_close(ours.grad, theirs.grad, rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_gradients_are_the_numerical_ones(kind: Make) -> None:
    layer = kind(4, group_width=2, track_running_stats=False).double()
    x = mixed(*((3, 4, 2, 2) if kind in KINDS_2D else (8, 4))).requires_grad_()
    weight, bias = (nn.Parameter(p.detach() + 0.5) for p in layer.parameters())

    def run(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        output: Tensor = functional_call(layer, {"weight": weight, "bias": bias}, (x,))
        return output

    assert torch.autograd.gradcheck(run, (x, weight, bias))
    assert torch.autograd.gradgradcheck(run, (x, weight, bias), atol=1e-4)


@pytest.mark.parametrize("kind", [DecorrelatedBatchNorm1d, DecorrelatedBatchNorm2d])
def test_training_whitens_each_group(kind: Make) -> None:
    x = mixed(*((32, 64, 8, 8) if kind in KINDS_2D else (2048, 64))).float()
    y = by_channel(kind(64, group_width=16)(x).detach())
    correlation = np.corrcoef(y.numpy())
    for start in range(0, 64, 16):
        block = correlation[start : start + 16, start : start + 16]
        assert np.abs(block - np.eye(16)).max() < 1e-3
    torch.testing.assert_close(y.var(dim=1, correction=0), torch.ones(64), atol=1e-2, rtol=0)
    assert np.abs(np.corrcoef(by_channel(x).numpy()) - np.eye(64)).max() > 0.3


def test_iterations_come_to_the_decorrelation() -> None:
    x = mixed(32, 8, 4, 4)
    full = DecorrelatedBatchNorm2d(8).double()(x)
    errors = [
        (IterNorm2d(8, steps=steps).double()(x) - full).norm().item() for steps in (0, 5, 10, 30)
    ]
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < 1e-6 * full.norm().item()


@pytest.mark.parametrize("kind", KINDS)
def test_a_group_of_one_channel_is_batch_norm(kind: Make) -> None:
    x = mixed(*shape_for(kind))
    layer = kind(6, group_width=1).double()
    plain = (nn.BatchNorm2d(6) if kind in KINDS_2D else nn.BatchNorm1d(6)).double()
    torch.testing.assert_close(layer(x), plain(x))


@pytest.mark.parametrize("kind", KINDS)
def test_the_running_whitening_reproduces_a_large_batch(kind: Make) -> None:
    layer = kind(8, momentum=0.5)
    large = mixed(*((128, 8, 8, 8) if kind in KINDS_2D else (8192, 8))).float()
    for _ in range(30):
        trained = layer(large)
    torch.testing.assert_close(layer.eval()(large), trained, atol=1e-4, rtol=1e-4)


def test_momentum_none_is_the_plain_average_over_batches() -> None:
    layer = DecorrelatedBatchNorm1d(4, momentum=None).double()
    batches = [mixed(50, 4, seed=seed) for seed in range(3)]
    own = []
    for x in batches:
        once = DecorrelatedBatchNorm1d(4, momentum=1.0).double()
        once(x)
        own.append(once.running_whitening)
        layer(x)
    torch.testing.assert_close(layer.running_whitening, torch.stack(own).mean(dim=0))
    torch.testing.assert_close(layer.running_mean, torch.stack(batches).mean(dim=(0, 1)))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("momentum", [0.1, None])
def test_a_member_is_itself_alone_in_training_and_evaluation(
    kind: Make, momentum: float | None
) -> None:
    networks = rows.members(lambda: kind(6, group_width=3, momentum=momentum))
    x = torch.stack([mixed(*shape_for(kind), seed=seed) for seed in range(3)])
    trained = rows.together(networks, x)
    rows.assert_same(trained, rows.alone(networks, x))
    skeleton = deepcopy(networks[0]).eval()
    weights = rows.stacked([dict(network.named_parameters()) for network in networks])
    run = vmap(lambda w, b, x: functional_call(skeleton, (w, b), (x,)))
    tested = run(weights, trained.buffers, x)
    for row, network in enumerate(networks):
        own = functional_call(
            network.eval(),
            {name: buffer[row] for name, buffer in trained.buffers.items()},
            (x[row],),
        )
        torch.testing.assert_close(tested[row], own)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("examples", [2, 3])
def test_a_batch_smaller_than_a_group_is_safe(kind: Make, examples: int) -> None:
    x = mixed(examples, 16, *((1, 1) if kind in KINDS_2D else ())).float()
    x.requires_grad_()
    kind(16, group_width=16)(x).sin().sum().backward()
    assert x.grad is not None and bool(x.grad.isfinite().all())


@pytest.mark.parametrize("kind", KINDS)
def test_statistics_survive_half_precision_and_autocast(kind: Make) -> None:
    x = mixed(*shape_for(kind)).float()
    exact = kind(6)(x)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        torch.testing.assert_close(kind(6)(x), exact)
    narrow = kind(6)(x.bfloat16())
    assert narrow.dtype == torch.bfloat16
    torch.testing.assert_close(narrow.float(), exact, atol=0.1, rtol=0.1)


@pytest.mark.parametrize("kind", KINDS)
def test_the_state_is_torchs_with_a_whitening_for_a_variance(kind: Make) -> None:
    theirs = set(nn.BatchNorm2d(6).state_dict()) - {"running_var"} | {"running_whitening"}
    assert set(kind(6).state_dict()) == theirs
    assert set(kind(6, affine=False).state_dict()) == theirs - {"weight", "bias"}
    assert set(kind(6, track_running_stats=False).state_dict()) == {"weight", "bias"}
    x = mixed(*shape_for(kind)).float()
    layer = kind(6, affine=False, track_running_stats=False)
    assert torch.equal(layer(x), layer.eval()(x))


def test_sequences_are_whitened_over_batch_and_time() -> None:
    x = mixed(7, 6, 9)
    flat = x.transpose(1, 2).reshape(-1, 6)
    y = DecorrelatedBatchNorm1d(6).double()(x)
    expected = DecorrelatedBatchNorm1d(6).double()(flat)
    torch.testing.assert_close(y.transpose(1, 2).reshape(-1, 6), expected)


@pytest.mark.parametrize(
    ("channels", "width"), [(3, 3), (16, 16), (30, 15), (34, 17), (64, 16), (100, 20), (509, 1)]
)
def test_a_group_is_the_divisor_nearest_to_sixteen(channels: int, width: int) -> None:
    assert width_of_groups(channels, None) == width


def test_a_width_that_does_not_divide_is_refused_with_those_that_do() -> None:
    with pytest.raises(NetworkError, match="do not divide") as caught:
        DecorrelatedBatchNorm2d(12, group_width=5)
    assert caught.value.allowed == ("1", "2", "3", "4", "6", "12")


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (DecorrelatedBatchNorm2d(6), (4, 6)),
        (IterNorm1d(6), (4, 6, 2, 2)),
        (IterNorm2d(6), (4, 5, 2, 2)),
        (DecorrelatedBatchNorm1d(6), (1, 6)),
    ],
)
def test_what_cannot_be_whitened_is_refused(layer: Whitening, shape: tuple[int, ...]) -> None:
    with pytest.raises(NetworkError):
        layer(torch.zeros(shape))


@pytest.mark.parametrize("kind", KINDS)
def test_a_network_of_halves_trains_and_predicts(kind: Make) -> None:
    layer = kind(6).bfloat16()
    x = mixed(*shape_for(kind)).bfloat16()
    assert layer(x).dtype == torch.bfloat16
    assert layer.eval()(x).dtype == torch.bfloat16


@pytest.mark.parametrize("kind", KINDS)
def test_a_batch_of_nobody_is_predicted_and_not_trained_on(kind: Make) -> None:
    layer, nobody = kind(6), mixed(*shape_for(kind)).float()[:0]
    with pytest.raises(NetworkError, match="more than one value"):
        layer(nobody)
    assert layer.eval()(nobody).shape == nobody.shape
