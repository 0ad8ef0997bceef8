"""The modules of trainlab.nn in an ordinary training loop, without the engine."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

import trainlab
from trainlab.nn.dropout import RandomLayer

IMAGES = torch.randn(64, 3, 6, 6, generator=torch.Generator().manual_seed(0))
TARGETS = (IMAGES.mean(dim=(2, 3)).argmax(dim=1)).long()


class Sequence(nn.Module):
    """Reads an image as a sequence of its pixels."""

    def __init__(self, recurrent: nn.Module) -> None:
        super().__init__()
        self.recurrent, self.out = recurrent, nn.Linear(8, 3)

    def forward(self, x: Tensor) -> Tensor:
        outputs, _ = self.recurrent(x.flatten(2).transpose(1, 2))
        return self.out(outputs.mean(dim=1))


def convolutional(layer: nn.Module, width: int = 8) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(3, 8, 3), layer, nn.ReLU(), nn.Flatten(), nn.Linear(width * 16, 3)
    )


def flat(*layers: nn.Module, width: int = 8) -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.Linear(108, 8), *layers, nn.Linear(width, 3))


BUILD: dict[str, Callable[[], nn.Module]] = {
    "DecorrelatedBatchNorm2d": lambda: convolutional(trainlab.nn.DecorrelatedBatchNorm2d(8)),
    "DecorrelatedBatchNorm1d": lambda: flat(trainlab.nn.DecorrelatedBatchNorm1d(8)),
    "IterNorm2d": lambda: convolutional(trainlab.nn.IterNorm2d(8)),
    "IterNorm1d": lambda: flat(trainlab.nn.IterNorm1d(8)),
    "BatchRenorm": lambda: convolutional(trainlab.nn.BatchRenorm(8, warmup=5)),
    "GhostBatchNorm": lambda: convolutional(trainlab.nn.GhostBatchNorm(8, size=16)),
    "ChannelRMSNorm": lambda: convolutional(trainlab.nn.ChannelRMSNorm(8)),
    "weight_norm": lambda: flat(nn.ReLU(), trainlab.nn.weight_norm(nn.Linear(8, 8))),
    "Maxout": lambda: convolutional(trainlab.nn.Maxout(2), width=4),
    "Swish": lambda: flat(trainlab.nn.Swish()),
    "Dropout": lambda: flat(nn.ReLU(), trainlab.nn.Dropout(0.2)),
    "SpatialDropout": lambda: convolutional(trainlab.nn.SpatialDropout(0.2)),
    "GaussianNoise": lambda: convolutional(trainlab.nn.GaussianNoise(0.2)),
    "connect_drop": lambda: flat(nn.ReLU(), trainlab.nn.connect_drop(nn.Linear(8, 8), 0.2)),
    "StochasticDepth": lambda: convolutional(
        trainlab.nn.Residual(nn.Conv2d(8, 8, 3, padding=1), drop=trainlab.nn.StochasticDepth(0.3))
    ),
    "VariationalLSTM": lambda: Sequence(trainlab.nn.VariationalLSTM(3, 8, batch_first=True)),
    "VariationalGRU": lambda: Sequence(trainlab.nn.VariationalGRU(3, 8, batch_first=True)),
    "VariationalRNN": lambda: Sequence(trainlab.nn.VariationalRNN(3, 8, batch_first=True)),
}


def trained(name: str, seed: int = 0) -> tuple[nn.Module, list[float]]:
    torch.manual_seed(seed)
    network = BUILD[name]()
    optimizer = torch.optim.Adam(network.parameters(), lr=0.02)
    losses = []
    for _ in range(30):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(network(IMAGES), TARGETS)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return network, losses


@pytest.mark.parametrize("name", BUILD)
def test_it_learns_by_torchs_seed_and_its_state_goes_round(name: str) -> None:
    network, losses = trained(name)
    again, repeated = trained(name)
    assert losses == repeated
    assert sum(losses[-5:]) < 0.9 * sum(losses[:5])
    other = BUILD[name]()
    other.load_state_dict(network.state_dict())
    first = network.eval()(IMAGES)
    assert torch.equal(first, other.eval()(IMAGES))
    assert torch.equal(first, network(IMAGES))  # nothing is drawn in evaluation
    assert torch.equal(first, again.eval()(IMAGES))


@pytest.mark.parametrize("name", BUILD)
def test_a_random_layer_draws_anew_at_each_step_and_nothing_else_does(name: str) -> None:
    network = BUILD[name]().train()
    random = any(isinstance(layer, RandomLayer) for layer in network.modules())
    outputs = [network(IMAGES) for _ in range(3)]
    alike = torch.equal(outputs[0], outputs[1]) and torch.equal(outputs[1], outputs[2])
    assert alike != random


def test_the_public_names_are_there() -> None:
    assert not [name for name in trainlab.nn.__all__ if not hasattr(trainlab.nn, name)]
    assert trainlab.nn.init.lecun_normal_(torch.empty(3, 3)).shape == (3, 3)
