from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn.utils import parametrizations

from trainlab.layout import layout_of
from trainlab.nn.norm_layers import BatchRenorm, ChannelRMSNorm, GhostBatchNorm, weight_norm


def batch(*shape: int, seed: int = 1) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return 2 * torch.randn(shape, generator=generator, dtype=torch.float64) + 3


@pytest.mark.parametrize(
    ("build", "shape"),
    [(lambda: nn.Linear(5, 7), (4, 5)), (lambda: nn.Conv2d(5, 7, 3), (4, 5, 6, 6))],
)
def test_weight_norm_is_torchs_in_value_and_gradient(
    build: Callable[[], nn.Module], shape: tuple[int, ...]
) -> None:
    theirs, ours = parametrizations.weight_norm(build().double()), weight_norm(build().double())
    own, their = dict(ours.named_parameters()), dict(theirs.named_parameters())
    with torch.no_grad():
        for name, weight in own.items():
            weight.copy_(their[name].reshape(weight.shape))
        own["parametrizations.weight.original0"].mul_(3)
        their["parametrizations.weight.original0"].mul_(3)
    x = batch(*shape)
    torch.testing.assert_close(ours(x), theirs(x))
    ours(x).sin().sum().backward()
    theirs(x).sin().sum().backward()
    for name, weight in own.items():
        assert weight.grad is not None and their[name].grad is not None
        torch.testing.assert_close(weight.grad, their[name].grad.reshape(weight.shape))  # type: ignore[union-attr]


def test_weight_norm_starts_at_the_present_weight_and_takes_assignments() -> None:
    layer = nn.Linear(5, 7)
    before = layer.weight.detach().clone()
    torch.testing.assert_close(weight_norm(layer).weight, before)
    layer.weight = 2 * before  # type: ignore[assignment]
    torch.testing.assert_close(layer.weight, 2 * before)


def test_weight_decay_leaves_the_gains_of_weight_norm_alone() -> None:
    layout = layout_of(weight_norm(nn.Conv2d(5, 7, 3)))
    decayed = dict(zip(layout.names, layout.decayed, strict=True))
    assert not decayed["parametrizations.weight.original0"]
    assert decayed["parametrizations.weight.original1"]


def test_channel_rms_norm_is_torchs_rms_norm_over_the_whole_image() -> None:
    x = batch(4, 3, 5, 5)
    layer = ChannelRMSNorm(3).double()
    layer.weight.data = torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64)
    oracle = nn.functional.rms_norm(x, (3, 5, 5), eps=1e-6)
    torch.testing.assert_close(layer(x), oracle * layer.weight.reshape(1, 3, 1, 1))


@pytest.mark.parametrize("shape", [(16, 4), (8, 4, 3, 3)])
def test_batch_renorm_begins_as_batch_norm(shape: tuple[int, ...]) -> None:
    x = batch(*shape)
    ours = BatchRenorm(4).double()
    theirs = (nn.BatchNorm2d(4) if len(shape) == 4 else nn.BatchNorm1d(4)).double()
    torch.testing.assert_close(ours(x), theirs(x))
    torch.testing.assert_close(dict(ours.named_buffers()), dict(theirs.named_buffers()))
    torch.testing.assert_close(ours.eval()(x), theirs.eval()(x))


def test_batch_renorm_is_the_papers_algorithm() -> None:
    layer = BatchRenorm(4, r_max=1.5, d_max=0.5, warmup=10).double()
    layer.running_mean.copy_(torch.tensor([1.0, 3.0, 5.0, 3.2]))
    layer.running_var.copy_(torch.tensor([4.0, 1.0, 9.0, 4.2]))
    layer.num_batches_tracked.fill_(20)
    x = batch(16, 4)
    mean, sigma = x.mean(0), (x.var(0, correction=0) + 1e-5).sqrt()
    running = (layer.running_var + 1e-5).sqrt()
    r = (sigma / running).clamp(1 / 1.5, 1.5)
    d = ((mean - layer.running_mean) / running).clamp(-0.5, 0.5)
    torch.testing.assert_close(layer(x), (x - mean) / sigma * r + d)


def test_batch_renorm_without_limits_trains_on_what_it_predicts_with() -> None:
    layer = BatchRenorm(4, r_max=1e9, d_max=1e9, warmup=1).double()
    layer.num_batches_tracked.fill_(10)
    x = batch(16, 4)
    predicted = layer.eval()(x)
    torch.testing.assert_close(layer.train()(x), predicted)


def test_batch_renorm_holds_its_correction_constant_in_the_backward_pass() -> None:
    layer = BatchRenorm(4, r_max=1e9, d_max=1e9, warmup=1).double()
    layer.num_batches_tracked.fill_(10)
    x = batch(16, 4).requires_grad_()
    r = (x.var(0, correction=0) + 1e-5).sqrt().detach() / (layer.running_var + 1e-5).sqrt()
    weight = torch.arange(64, dtype=torch.float64).reshape(16, 4)
    (ours,) = torch.autograd.grad((layer(x) * weight).sum(), x)
    plain = nn.BatchNorm1d(4).double()
    (theirs,) = torch.autograd.grad((plain(x) * r * weight).sum(), x)
    torch.testing.assert_close(ours, theirs)


def test_a_ghost_batch_is_batch_norm_of_each_part() -> None:
    x = batch(12, 4, 3, 3)
    ours, theirs = GhostBatchNorm(4, size=4).double(), nn.BatchNorm2d(4).double()
    expected = torch.cat([theirs(part) for part in x.split(4)])
    torch.testing.assert_close(ours(x), expected)
    torch.testing.assert_close(ours.running_var, theirs.running_var)
    torch.testing.assert_close(ours.eval()(x), theirs.eval()(x))


@pytest.mark.parametrize("examples", [3, 5, 9, 13])
def test_a_ghost_batch_leaves_no_example_over(examples: int) -> None:
    assert GhostBatchNorm(4, size=4).double()(batch(examples, 4)).shape == (examples, 4)


@pytest.mark.parametrize("kind", [BatchRenorm, GhostBatchNorm])
def test_a_reset_forgets_the_statistics(kind: type[BatchRenorm] | type[GhostBatchNorm]) -> None:
    layer = kind(4).double()
    fresh = {name: tensor.clone() for name, tensor in layer.state_dict().items()}
    layer(batch(8, 4))
    layer.weight.data.fill_(5)
    layer.reset_parameters()
    torch.testing.assert_close(dict(layer.state_dict()), fresh)
