"""The loop that a person writes by hand in PyTorch, at its best: the limit to measure against.

The built-in recipes in plain torch: data on the device as tensors, torch's fused optimiser, a
constant rate, nothing recorded. tests/benchmarks/test_raw.py holds them to the recipes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn, optim
from torch.nn import functional

__all__ = ["RECIPES", "Loop"]


def mlp() -> nn.Module:
    """Write the network of digits-mlp: [B, 1, 8, 8] -> 10 classes."""
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(64, 128),
        nn.ReLU(),
        nn.Linear(128, 64),
        nn.ReLU(),
        nn.Linear(64, 10),
    )


def cnn() -> nn.Module:
    """Write the network of digits-cnn: [B, 1, 8, 8] -> 10 classes."""
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1, bias=False),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1, bias=False),
        nn.BatchNorm2d(32),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(128, 64, bias=False),
        nn.BatchNorm1d(64),
        nn.ReLU(),
        nn.Linear(64, 10),
    )


class Block(nn.Module):
    """Two 3 x 3 convolutions and a short cut."""

    def __init__(self, inputs: int, width: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, width, 3, stride=stride, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(width)
        self.short: nn.Module = nn.Identity()
        if inputs != width or stride != 1:
            self.short = nn.Sequential(
                nn.Conv2d(inputs, width, 1, stride=stride, bias=False), nn.BatchNorm2d(width)
            )

    def forward(self, x: Tensor) -> Tensor:
        """Add the residual."""
        inner = functional.relu(self.norm1(self.conv1(x)))
        return functional.relu(self.norm2(self.conv2(inner)) + self.short(x))


def resnet() -> nn.Module:
    """Write the network of shapes-resnet: [B, 3, 32, 32] -> 8 classes."""
    return nn.Sequential(
        nn.Conv2d(3, 16, 3, padding=1, bias=False),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        Block(16, 16, 1),
        Block(16, 32, 2),
        Block(32, 64, 2),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(64, 8),
    )


@dataclass(frozen=True)
class Trained:
    """A network and its optimiser, as torch has them."""

    network: Callable[[], nn.Module]
    optimizer: Callable[..., optim.Optimizer]


RECIPES = {
    "digits-mlp": Trained(mlp, partial(optim.AdamW, lr=0.002, weight_decay=0.01, fused=True)),
    "digits-cnn": Trained(cnn, partial(optim.AdamW, lr=0.003, weight_decay=0.01, fused=True)),
    "shapes-resnet": Trained(
        resnet,
        partial(optim.SGD, lr=0.05, momentum=0.9, nesterov=True, weight_decay=0.005, fused=True),
    ),
}
"""By the name of the built-in recipe."""


class Loop:
    """One network, its data and its optimiser; `run(steps)` goes on from where it stands."""

    def __init__(self, recipe: str, x: Tensor, y: Tensor, *, batch: int) -> None:
        self.network = RECIPES[recipe].network().to(x.device).train()
        self.optimizer = RECIPES[recipe].optimizer(self.network.parameters())
        self.x, self.y = x, y
        self.batches = self._batches(batch)

    def run(self, steps: int) -> None:
        """Train for so many updates."""
        for _ in range(steps):
            rows = next(self.batches)
            self.optimizer.zero_grad(set_to_none=True)
            functional.cross_entropy(self.network(self.x[rows]), self.y[rows]).backward()
            self.optimizer.step()

    def _batches(self, batch: int) -> Iterator[Tensor]:
        while True:
            order = torch.randperm(len(self.x), device=self.x.device)
            yield from order[: len(order) // batch * batch].split(batch)
