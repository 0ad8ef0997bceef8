"""Rows as units: what one neuron or one filter receives, and vectors as wholes.

A weight [out, ...] of two or more axes has `out` units; a bias or a gain is one unit. x is [P, N].
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from trainlab.averages import row_norm
from trainlab.layout import Layout

__all__ = ["by_unit", "unit_norm"]


def by_unit(law: Callable[[Tensor], Tensor], x: Tensor, layout: Layout) -> Tensor:
    """Apply a law to each weight's units: [P, units, k] for a matrix, [P, k] for a vector."""
    parts = torch.split(x, list(layout.sizes), dim=-1)
    named = zip(parts, layout.shapes, strict=True)
    return torch.cat([law(_units(part, shape)).flatten(1) for part, shape in named], dim=-1)


def unit_norm(x: Tensor, layout: Layout) -> Tensor:
    """Give every place the norm of the unit it lies in: [P, N] -> [P, N]."""
    return by_unit(lambda part: row_norm(part).expand_as(part), x, layout)


def _units(part: Tensor, shape: torch.Size) -> Tensor:
    return part.reshape(*part.shape[:-1], shape[0], -1) if len(shape) > 1 else part
