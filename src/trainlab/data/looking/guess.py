"""What a look at a file or folder gives: a source, its options, and the reason for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from trainlab.data.quality import OnBad
from trainlab.data.task import Kind, LayoutName

__all__ = ["Guess"]


@dataclass(frozen=True, kw_only=True)
class Guess:
    """How a file or folder would be read, learned and preprocessed."""

    source: str
    """The row of SOURCES that reads it."""
    options: Mapping[str, Any]
    """The options of that row, the path among them."""
    kind: Kind
    layout: LayoutName
    examples: int
    feature_shape: tuple[int, ...]
    """One example as it is read, before categories become columns."""
    classes: tuple[str, ...] = ()
    """Their names as far as the look saw them, for classification."""
    targets: tuple[str, ...] = ()
    """For tables, the columns that could be the target, likeliest first."""
    preprocess: tuple[str, ...] = ("standardize",)
    on_bad: OnBad = "error"
    reasons: tuple[str, ...] = field(default=())
    """What was seen and what follows from it, a sentence each."""
