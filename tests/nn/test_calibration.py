from __future__ import annotations

from copy import deepcopy

import pytest
import torch
from torch import Tensor, nn
from torch.optim.swa_utils import update_bn

from trainlab.nn.calibration import by_batch_statistics, recalibrate, tracking
from trainlab.nn.dropout import Dropout
from trainlab.nn.norm_layers import BatchRenorm, GhostBatchNorm
from trainlab.nn.norms import NORMS, norm

TRACKED = ["batch", "batch_renorm", "ghost", "decorrelated", "iterative"]


def draw(count: int, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return 3 * torch.randn(count, 5, generator=generator, dtype=torch.float64) + 1


def network(name: str = "batch") -> nn.Sequential:
    first, second = norm(name, 6, 0), norm(name, 4, 0)
    layers = nn.Sequential(nn.Linear(5, 6), first, nn.Tanh(), nn.Linear(6, 4), second)
    generator = torch.Generator().manual_seed(0)
    for layer in (layers[0], layers[3]):
        nn.init.normal_(layer.weight, generator=generator)
        nn.init.zeros_(layer.bias)
    return layers.double()


def statistics(net: nn.Module) -> dict[str, Tensor]:
    return {name: buffer for name, buffer in net.named_buffers() if "tracked" not in name}


def test_batches_of_equal_size_give_the_statistics_of_torchs_update_bn() -> None:
    ours, theirs = network(), network()
    batches = [draw(32, seed) for seed in range(4)]
    update_bn(batches, theirs)
    torch.testing.assert_close(statistics(recalibrate(ours, batches)), statistics(theirs))


@pytest.mark.parametrize("name", TRACKED)
def test_the_mean_is_that_of_all_examples_also_when_the_last_batch_is_smaller(name: str) -> None:
    net, x = network(name), draw(100)
    for buffer in net.buffers():
        buffer.fill_(7)
    recalibrate(net, x.split(32))
    torch.testing.assert_close(net[1].running_mean, net[0](x).mean(dim=0).detach())


@pytest.mark.parametrize("name", TRACKED)
def test_one_batch_is_then_predicted_as_it_was_trained_on(name: str) -> None:
    net, x = network(name), draw(4000)
    recalibrate(net, [x])
    predicted = net.eval()(x)
    with by_batch_statistics(net):
        torch.testing.assert_close(predicted, net(x), atol=1e-3, rtol=1e-3)


def test_every_norm_with_running_statistics_is_found() -> None:
    found = {name for name in NORMS if (layer := norm(name, 4, 2)) and tracking(layer)}
    assert found == set(TRACKED)
    assert not tracking(nn.BatchNorm1d(3, track_running_stats=False))
    assert tracking(nn.InstanceNorm1d(3, track_running_stats=True))


@pytest.mark.parametrize("name", TRACKED)
def test_only_the_statistics_change(name: str) -> None:
    net = nn.Sequential(network(name), Dropout(0.5)).train()
    net[0][1].eval()
    net(draw(16))
    expected = deepcopy(net)
    recalibrate(net, [(draw(32), torch.zeros(32)), [draw(16), torch.zeros(16)]])
    theirs = dict(expected.named_parameters())
    torch.testing.assert_close(dict(net.named_parameters()), theirs, rtol=0, atol=0)
    for ours, their in zip(net.modules(), expected.modules(), strict=True):
        assert ours.training == their.training
        for knob in ("momentum", "size", "warmup"):
            assert getattr(ours, knob, None) == getattr(their, knob, None)
        counted = getattr(ours, "num_batches_tracked", None)
        assert counted is None or counted == their.num_batches_tracked


def test_statistics_that_are_not_finite_are_forgotten() -> None:
    net = network()
    net[1].running_mean.fill_(float("nan"))
    recalibrate(net, [draw(32)])
    assert all(bool(buffer.isfinite().all()) for buffer in net.buffers())


def test_no_batch_and_no_norm_change_nothing() -> None:
    net = network()
    net(draw(8))
    before = deepcopy(statistics(net))
    torch.testing.assert_close(statistics(recalibrate(net, [])), before, rtol=0, atol=0)

    def never() -> Tensor:
        raise AssertionError("read")

    recalibrate(nn.Linear(2, 2), (never() for _ in range(1)))


def test_layers_are_evaluated_by_the_batch_plainly() -> None:
    renorm, ghost = BatchRenorm(5).double(), GhostBatchNorm(5, size=2).double()
    renorm.num_batches_tracked.fill_(10_000)
    x = draw(16)
    expected = nn.BatchNorm1d(5).double()(x)
    for layer in (renorm, ghost):
        with by_batch_statistics(layer.eval()):
            torch.testing.assert_close(layer(x), expected)
        assert not layer.training
