"""Preprocessing: methods fitted on the training split, stored, applied unchanged ever after."""

from __future__ import annotations

from trainlab.data.preprocess.method import Features, Learned, Method, PreprocessRow
from trainlab.data.preprocess.pipeline import Pipeline, Step, fit
from trainlab.data.preprocess.table import PREPROCESS

__all__ = [
    "PREPROCESS",
    "Features",
    "Learned",
    "Method",
    "Pipeline",
    "PreprocessRow",
    "Step",
    "fit",
]
