"""Labels that mean nothing: a source that recipes name."""

from __future__ import annotations

from dataclasses import replace

from trainlab import seeds
from trainlab.data import SOURCES, Raw

__all__ = ["PERMUTED_DIGITS", "permuted_digits"]

PERMUTED_DIGITS = "data.source={name: python, function: '" + __name__ + ":permuted_digits'}"


def permuted_digits(*, seed: int = 0) -> Raw:
    """Read the digits with their labels dealt out anew."""
    raw = SOURCES["digits"].load()
    order = seeds.permutation(seeds.keys([seed], "labels")[0], raw.n)
    return replace(raw, name="permuted digits", y=None if raw.y is None else raw.y[order])
