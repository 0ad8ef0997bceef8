"""Parts of recipes that many claims begin with: `{**DIGITS, **sgd(lr=0.1), "network": {...}}`."""

from __future__ import annotations

from typing import Any

__all__ = ["DIGITS", "sgd"]

DIGITS: dict[str, Any] = {"data": {"source": "digits", "preprocess": ["standardize"]}}
"""Handwritten digits of 8 x 8 pixels, each pixel standardised."""


def sgd(lr: float) -> dict[str, Any]:
    """Descend at one rate, without momentum."""
    return {"optimizer": {"rule": "sgd", "lr": lr}, "schedule": "constant"}
