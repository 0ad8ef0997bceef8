"""A function that torch differentiates once, and no more."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor


class Once(torch.autograd.Function):
    """Doubles; its backward may be differentiated by nobody."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        return 2 * x

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, grad: Tensor) -> Tensor:
        return 2 * grad
