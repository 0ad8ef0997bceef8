"""Activations that torch lacks (a learned Swish, Maxout), and those of torch that have options."""

from __future__ import annotations

from typing import Annotated, Literal

import torch
from annotated_types import Gt
from torch import Tensor, nn

__all__ = ["Maxout", "Swish", "elu", "gelu", "leaky_relu", "maxout", "prelu", "softplus", "swish"]


class Swish(nn.Module):
    """act(x) = x * sigmoid(beta * x) with a learned beta (Ramachandran et al. 2017)."""

    def __init__(self, beta: float = 1.0) -> None:
        super().__init__()
        self.start = beta
        self.beta = nn.Parameter(torch.empty(1))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Set beta to its start."""
        nn.init.constant_(self.beta, self.start)

    def forward(self, x: Tensor) -> Tensor:
        """Apply elementwise: any shape."""
        return x * torch.sigmoid(self.beta * x)


class Maxout(nn.Module):
    """The largest of k affine pieces: [B, k * C, ...] -> [B, C, ...].

    The layer before it supplies the pieces, so it must be k times as wide (Goodfellow et al. 2013).
    """

    def __init__(self, pieces: int = 2) -> None:
        super().__init__()
        self.pieces = pieces

    def forward(self, x: Tensor) -> Tensor:
        """Take the maximum over each unit's pieces, which lie side by side on axis 1."""
        return torch.unflatten(x, 1, (-1, self.pieces)).amax(dim=2)

    def extra_repr(self) -> str:
        """Show the number of pieces."""
        return f"pieces={self.pieces}"


def leaky_relu(*, slope: float = 0.01) -> nn.Module:
    """Build max(x, slope * x)."""
    return nn.LeakyReLU(slope)


def prelu(*, slope: float = 0.25) -> nn.Module:
    """Build a leaky ReLU whose one slope per layer is learned."""
    return nn.PReLU(init=slope)


def elu(*, alpha: float = 1.0) -> nn.Module:
    """Build x above zero, alpha * (e^x - 1) below."""
    return nn.ELU(alpha)


def gelu(*, approximate: Literal["none", "tanh"] = "none") -> nn.Module:
    """Build x * Phi(x), exactly or by torch's tanh formula."""
    return nn.GELU(approximate)


def swish(*, beta: float = 1.0) -> nn.Module:
    """Build x * sigmoid(beta x) with beta learned from this start."""
    return Swish(beta)


def softplus(*, beta: float = 1.0) -> nn.Module:
    """Build log(1 + e^(beta x)) / beta."""
    return nn.Softplus(beta)


def maxout(*, pieces: Annotated[int, Gt(1)] = 2) -> nn.Module:
    """Build the maximum over `pieces` affine maps."""
    return Maxout(pieces)
