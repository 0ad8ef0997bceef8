"""Parts of recipes that many claims begin with: `{**DIGITS, **PLAIN_SGD, "network": {...}}`."""

from __future__ import annotations

from typing import Any

__all__ = ["DIGITS", "PLAIN_SGD"]

DIGITS: dict[str, Any] = {"data": {"source": "digits", "preprocess": ["standardize"]}}
"""Handwritten digits of 8 x 8 pixels, each pixel standardised."""
PLAIN_SGD: dict[str, Any] = {"optimizer": {"rule": "sgd", "lr": 0.1}, "schedule": "constant"}
"""Gradient descent at one rate, by batches of 64."""
