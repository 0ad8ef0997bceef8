"""Running averages of rows, and reductions of each row.

x, mean     [P, N]
beta        a number, or a tensor that broadcasts to [P, N]
row_*       [P, N] -> [P, 1]; nothing reduces over P
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

__all__ = ["Value", "debias", "ema", "power", "row_dot", "row_norm", "segment_norm", "wide"]

Value = float | Tensor
"""A hyperparameter: a number, or a tensor [P, 1] (per member) or [1, N] (per weight)."""

PART = 1 << 14


def ema(mean: Tensor, x: Tensor, beta: Value) -> Tensor:
    """Average with a memory of about 1 / (1 - beta) steps: beta * mean + (1 - beta) * x."""
    return torch.lerp(mean, x, 1 - beta)


def debias(mean: Tensor, lack: Value) -> Tensor:
    """Undo the pull of an average towards its zero start: mean / (1 - lack).

    `lack` is the product of the betas so far: beta^t of Kingma & Ba 2015, section 3, where beta is
    constant, and still right where a schedule moves beta.
    """
    return mean / (1 - lack)


def wide(x: Tensor) -> Tensor:
    """Widen to float64, where the device has it."""
    return x if x.device.type == "mps" else x.double()


def power(base: Value, exponent: Tensor) -> Tensor:
    """Give base^exponent in the exponent's dtype.

    By way of float64: torch's vector and scalar kernels of pow differ in the last bit, and a row
    would depend on how many rows stand beside it.
    """
    if torch.compiler.is_compiling():
        seen = torch.as_tensor(base, dtype=wide(exponent).dtype, device=exponent.device)
        hidden: Tensor = _opaque_power(seen, exponent)
        return hidden
    return _power(wide(base) if isinstance(base, Tensor) else base, exponent)


def _power(base: Value, exponent: Tensor) -> Tensor:
    return torch.pow(base, wide(exponent)).to(exponent.dtype)


@torch.library.custom_op("trainlab::power", mutates_args=())
def _opaque_power(base: Tensor, exponent: Tensor) -> Tensor:
    """Hide a power from the compiler, which would take a column's again for every weight."""
    return _power(base, exponent)


@_opaque_power.register_fake
def _shape_of_power(base: Tensor, exponent: Tensor) -> Tensor:
    return (base * exponent).to(exponent.dtype)


def row_dot(a: Tensor, b: Tensor) -> Tensor:
    """Give the inner product of each pair of rows, [P, 1].

    In parts so short that torch gives none to two threads: the bits of a row then depend neither
    on the threads nor on the rows beside it.
    """
    product = a * b
    whole = product.shape[1] // PART * PART
    sums = product[:, :whole].reshape(len(product), whole // PART, PART).sum(dim=-1)
    rest = product[:, whole:].sum(dim=-1, keepdim=True)
    return torch.cat([sums, rest], dim=-1).sum(dim=-1, keepdim=True) if whole else rest


def row_norm(x: Tensor) -> Tensor:
    """Give the Euclidean norm of each row, [P, 1]."""
    norm: Tensor = torch.linalg.vector_norm(x, dim=-1, keepdim=True)
    return norm


def segment_norm(x: Tensor, sizes: Sequence[int]) -> Tensor:
    """Give every place the norm of the weight it lies in: [P, N] -> [P, N]; `Layout.sizes`."""
    parts = torch.split(x, list(sizes), dim=-1)
    return torch.cat([row_norm(part).expand_as(part) for part in parts], dim=-1)
