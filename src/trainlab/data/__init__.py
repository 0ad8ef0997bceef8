"""Data: sources, splits, preprocessing, batches, augmentation."""

from __future__ import annotations

from trainlab.data.batches import Batches
from trainlab.data.fitted import Fitted
from trainlab.data.preparation import prepare
from trainlab.data.preprocess import PREPROCESS, Step
from trainlab.data.sources import SOURCES
from trainlab.data.split import SplitOptions
from trainlab.data.task import Raw, Task

__all__ = [
    "PREPROCESS",
    "SOURCES",
    "Batches",
    "Fitted",
    "Raw",
    "SplitOptions",
    "Step",
    "Task",
    "prepare",
]
