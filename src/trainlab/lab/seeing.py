"""What the first member sees at its first step, where that is a picture and was changed."""

from __future__ import annotations

from trainlab.engine.feed import Feed
from trainlab.store import Seen

__all__ = ["seen_by"]

SHOWN = 8
"""Examples: a row of them."""


def seen_by(feed: Feed) -> Seen | None:
    """Give a few examples before and after augmentation; None where there is nothing to see."""
    changed = feed.augmentation.steps or feed.mix is not None or feed.noise is not None
    if not changed or feed.task.layout != "image":
        return None
    first = feed.alone(0)  # its first batch alone: no epoch is gathered, no stream begun
    plain, labels = first.task.gather(first.batches.order.at(0), first.folds)
    augmented, _ = first.changed(plain, labels, 0)
    return Seen(plain=plain[0, :SHOWN].cpu(), augmented=augmented[0, :SHOWN].cpu())
