"""Many comparisons at once: p values corrected, so that the family errs at most alpha."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from trainlab.comparison.statistics.interval import Array
from trainlab.tables import Card, Table

__all__ = ["FAMILIES", "Family", "simultaneous_level"]


@dataclass(frozen=True, kw_only=True)
class Family:
    """One correction."""

    adjust: Callable[[Array], Array]
    """p values [m] -> corrected ones [m]: at most alpha is a claim."""
    card: Card
    title: str = ""
    """What a sentence calls it."""


def holm(p: Array) -> Array:
    """Give the step-down p: the i-th smallest of m counts m - i + 1 times."""
    return _stepped(p, np.arange(len(p), 0.0, -1.0), down=True)


def benjamini_hochberg(p: Array) -> Array:
    """Give the step-up p: the i-th smallest of m counts m / i times."""
    return _stepped(p, len(p) / np.arange(1.0, len(p) + 1), down=False)


def bonferroni(p: Array) -> Array:
    """Give each p times their number."""
    return np.minimum(1.0, p * len(p))


def none(p: Array) -> Array:
    """Give each p as it is."""
    return np.asarray(p, float)


def _stepped(p: Array, factors: Array, *, down: bool) -> Array:
    """Multiply p in order by factors [m], and carry the largest down or the smallest up."""
    order = np.argsort(p, kind="stable")
    scaled = p[order] * factors
    carried = np.maximum.accumulate(scaled) if down else np.minimum.accumulate(scaled[::-1])[::-1]
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(1.0, carried)
    return adjusted


def simultaneous_level(level: float, m: int) -> float:
    """Give the level of each of m intervals that all hold at once with chance `level` or more."""
    return 1 - (1 - level) / max(1, m)


FAMILIES: Table[Family] = Table(
    "family",
    {
        "holm": Family(
            title="Holm",
            adjust=holm,
            card=Card(
                does="bounds the chance of any false claim, whatever the comparisons share",
                formula="the i-th smallest of m p values times m - i + 1, made monotone",
                helps="claims that must all be right",
                hurts="many arms: each pays for the others",
                values="alpha 0.05",
                paper="Holm 1979",
            ),
        ),
        "bh": Family(
            title="Benjamini-Hochberg",
            adjust=benjamini_hochberg,
            card=Card(
                does="bounds the expected share of false claims among those made",
                formula="the i-th smallest of m p values times m / i, made monotone",
                helps="screening many arms, of which some will be looked at again",
                hurts="a single claim may be false more often than alpha",
                values="alpha 0.05, of the claims that are made",
                paper="Benjamini and Hochberg 1995",
            ),
        ),
        "bonferroni": Family(
            title="Bonferroni",
            adjust=bonferroni,
            card=Card(
                does="bounds the chance of any false claim by sharing alpha evenly",
                formula="p m",
                helps="intervals that hold at once agree with it",
                hurts="never more claims than Holm's",
                values="alpha 0.05",
                paper="Dunn 1961",
            ),
        ),
        "none": Family(
            title="uncorrected",
            adjust=none,
            card=Card(
                does="leaves p as it is",
                formula="p",
                helps="one comparison that was named before the data were seen",
                hurts="m comparisons err up to m times as often",
                values="one comparison, named before",
                paper="Rothman 1990, No adjustments are needed for multiple comparisons",
            ),
        ),
    },
)
