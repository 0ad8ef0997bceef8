"""Augmentation: batched on the device, drawn from counters, with a value per member."""

from __future__ import annotations

from trainlab.data.augment.compose import Augmentation
from trainlab.data.augment.mixing import MIXES, Mixing, MixRow
from trainlab.data.augment.row import AugmentRow
from trainlab.data.augment.table import AUGMENT

__all__ = ["AUGMENT", "MIXES", "AugmentRow", "Augmentation", "MixRow", "Mixing"]
