"""A row of the table of sources."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from trainlab.data.task import Raw
from trainlab.tables import Card

__all__ = ["SourceRow"]


@dataclass(frozen=True)
class SourceRow:
    """`load(**options)` reads or renders the data; its signature declares the options."""

    load: Callable[..., Raw]
    card: Card
    default_preprocess: tuple[str, ...] = ("standardize",)
    """What `trainlab new` writes into a recipe for it."""
