"""Data: sources, splits, preprocessing, batches, augmentation."""

from __future__ import annotations

from trainlab.data.augment import AUGMENT, Augmentation
from trainlab.data.batches import Batches
from trainlab.data.fitted import Fitted
from trainlab.data.looking import Guess, look
from trainlab.data.preparation import prepare
from trainlab.data.preprocess import PREPROCESS, Step
from trainlab.data.sources import SOURCES
from trainlab.data.sources.user import from_user
from trainlab.data.split import SplitOptions
from trainlab.data.stream import Stream, feed
from trainlab.data.task import Raw, Task
from trainlab.data.unseen import read_unseen

__all__ = [
    "AUGMENT",
    "PREPROCESS",
    "SOURCES",
    "Augmentation",
    "Batches",
    "Fitted",
    "Guess",
    "Raw",
    "SplitOptions",
    "Step",
    "Stream",
    "Task",
    "feed",
    "from_user",
    "look",
    "prepare",
    "read_unseen",
]
