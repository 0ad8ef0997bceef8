"""A network with a bug planted in it: a module that recipes name."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

__all__ = ["BUGS", "Planted", "planted"]

UNITS = 64
BUGS = ("labels astray", "softmax twice", "ReLU at end", "frozen", "detached")


class Planted(nn.Module):
    """A perceptron with one of `BUGS`, or with none."""

    def __init__(self, feature_shape: tuple[int, ...], outputs: int, *, bug: str = "none") -> None:
        super().__init__()
        inputs = math.prod(feature_shape)
        self.bug = bug
        self.hidden = nn.Sequential(
            nn.Flatten(), nn.Linear(inputs, UNITS), nn.ReLU(), nn.Linear(UNITS, UNITS), nn.ReLU()
        )
        self.head = nn.Linear(UNITS, outputs)
        if bug == "frozen":
            self.hidden.requires_grad_(False)

    def forward(self, x: Tensor) -> Tensor:
        """Give logits, [B, ...] -> [B, C], and do what the bug does."""
        if self.bug == "labels astray" and self.training:
            x = x.roll(1, 0)  # each example meets its neighbour's label, another one each step
        h = self.hidden(x)
        y: Tensor = self.head(h.detach() if self.bug == "detached" else h)
        if self.bug == "softmax twice":
            return y.softmax(dim=-1)
        return torch.relu(y) if self.bug == "ReLU at end" else y


def planted(bug: str) -> str:
    """Give the change of a recipe that puts the network with this bug into it."""
    return f"network={{name: python, factory: '{__name__}:Planted', options: {{bug: '{bug}'}}}}"
