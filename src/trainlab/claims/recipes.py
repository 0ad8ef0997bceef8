"""Parts of recipes, and arms, that many claims have: `recipe={**DIGITS, **sgd(lr=0.1), ...}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["ADAM_OR_SGD", "DIGITS", "LAST", "adam", "sgd", "vary"]

DIGITS: dict[str, Any] = {"data": {"source": "digits", "preprocess": ["standardize"]}}
"""Handwritten digits of 8 x 8 pixels, each pixel standardised."""
LAST = "regularize.early_stopping={patience: 1000000, restore_best: false}"
"""For the arms of a claim about where a training ends: otherwise a network is scored with its best
weights by validation loss, and no overfitting would be seen."""
ADAM_OR_SGD: dict[str, Any] = {
    "data": {**DIGITS["data"], "split": {"val": 0.15, "test": 0.4}},
    "network": {"name": "mlp", "widths": [64, 64]},
    "optimizer": {"rule": "adam"},
    "train": {"length": "300steps", "batch_size": 32, "evaluate_every": "5steps"},
}
"""On which rules are compared: on so large a test half a point can be seen."""


def adam(lr: float, schedule: str) -> dict[str, Any]:
    """Descend by Adam, at a rate that follows a schedule."""
    return {"optimizer": {"rule": "adam", "lr": lr}, "schedule": schedule}


def sgd(lr: float) -> dict[str, Any]:
    """Descend at one rate, without momentum."""
    return {"optimizer": {"rule": "sgd", "lr": lr}, "schedule": "constant"}


def vary(field: str, values: Mapping[str, str]) -> dict[str, list[str]]:
    """Make arms that differ in one field: `vary("network.norm", {"batch norm": "batch", ...})`."""
    return {arm: [f"{field}={value}"] for arm, value in values.items()}
