"""Parameters as one row, for the optimizers that search along a line through all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from trainlab.errors import InputError

__all__ = ["flat_gradient", "flat_row", "scatter", "the_only_group"]


def the_only_group(groups: Sequence[dict[str, Any]], who: str) -> list[Tensor]:
    """Give the parameters of the only group; raises InputError for what is no one real row."""
    params: list[Tensor] = list(groups[0]["params"])
    if len(groups) != 1:
        raise InputError(
            f"{who} moves all parameters along one line, and knows no parameter groups",
            given=f"{len(groups)} groups",
            next_step="give it one list of parameters",
        )
    for p in params:
        if p.is_complex() or (p.dtype, p.device) != (params[0].dtype, params[0].device):
            raise InputError(
                f"{who} takes real parameters of one type on one device",
                given=f"{params[0].dtype} on {params[0].device}, {p.dtype} on {p.device}",
            )
    return params


def flat_row(tensors: Sequence[Tensor]) -> Tensor:
    """Join tensors to one row [1, N]; it is a copy."""
    return torch.cat([t.detach().reshape(-1) for t in tensors]).unsqueeze(0)


def flat_gradient(params: Sequence[Tensor]) -> Tensor:
    """Join gradients to one row [1, N]: zeros where there is none, dense where it is sparse."""
    found = [torch.zeros_like(p) if p.grad is None else p.grad for p in params]
    return flat_row([g if g.layout == torch.strided else g.to_dense() for g in found])


def scatter(row: Tensor, params: Sequence[Tensor]) -> None:
    """Write a row [1, N] into parameters."""
    parts = torch.split(row[0], [p.numel() for p in params])
    for p, part in zip(params, parts, strict=True):
        p.copy_(part.view(p.shape))
