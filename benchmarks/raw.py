"""The loop that a person writes by hand in PyTorch, at its best: the limit to measure against.

Data on the device as tensors, torch's fused optimiser, nothing recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional

__all__ = ["NETWORKS", "Loop"]


def mlp() -> nn.Module:
    """Write the network of the recipe digits-mlp: 64 inputs, 10 classes."""
    return nn.Sequential(
        nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10)
    )


NETWORKS: dict[str, Callable[[], nn.Module]] = {"digits-mlp": mlp}
"""By the name of the built-in recipe."""


class Loop:
    """One network, its data and its optimiser; `run(steps)` goes on from where it stands."""

    def __init__(self, network: nn.Module, x: Tensor, y: Tensor, *, batch: int, lr: float) -> None:
        self.network = network.to(x.device).train()
        self.optimizer = torch.optim.Adam(self.network.parameters(), lr=lr, fused=True)
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
