"""A few training pictures as they are and as the network saw them, augmented: for the report."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from trainlab.store import atomic

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["Seen", "read", "write"]


@dataclass(frozen=True, kw_only=True)
class Seen:
    """The first examples of the first member's first batch, preprocessed."""

    plain: Tensor
    """[k, C, H, W] before augmentation."""
    augmented: Tensor
    """[k, C, H, W] after augmentation, mixing and noise."""


def write(path: Path, seen: Seen) -> None:
    """Write both sides of the pairs."""
    atomic.write_bytes(path, atomic.tensor_bytes(vars(seen)))


def read(path: Path) -> Seen:
    """Read the pairs."""
    return Seen(**atomic.read_tensors(path))
