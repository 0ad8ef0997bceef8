"""The tests for paired differences: a row each, with the interval that belongs to it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from trainlab.comparison.statistics.adjusted import adjusted_interval, adjusted_p
from trainlab.comparison.statistics.bootstrap import bca_interval, bca_p
from trainlab.comparison.statistics.flips import flip_interval, flip_p
from trainlab.comparison.statistics.interval import Array, Interval, Side
from trainlab.comparison.statistics.ranks import rank_interval, rank_p
from trainlab.comparison.statistics.student import guarded_interval, guarded_p, t_interval, t_p
from trainlab.tables import Card, Table

__all__ = ["TESTS", "Test", "for_folds"]


@dataclass(frozen=True, kw_only=True)
class Test:
    """One test of paired differences [..., n] against 0."""

    __test__ = False  # pytest: this is not one of yours
    p: Callable[[Array, Side], Array]
    """Rows, and what is claimed of their mean -> p [...]."""
    interval: Callable[[Array, float], Interval]
    """Rows and a level -> the values that p does not reject."""
    card: Card
    title: str = ""
    """What a sentence calls it."""
    fewest: Callable[[float], int] = lambda alpha: 2
    """The pairs below which p, two-sided, is above a level whatever they are."""
    nominal: Callable[[float], float] = float
    """The level of one plain test that costs as much as this one at a level: for planning."""


def signs(alpha: float) -> int:
    """Give the pairs whose least p under sign flips, 2^(1 - n), is at most alpha."""
    return math.ceil(1 - math.log2(alpha))


TESTS: Table[Test] = Table(
    "test",
    {
        "t": Test(
            title="paired t",
            p=t_p,
            interval=t_interval,
            card=Card(
                does="compares the mean difference with its standard error",
                formula="t = mean / (s / sqrt(n)), n - 1 degrees of freedom",
                helps="few pairs and many arms: its p can be as small as the data say",
                hurts="strongly skewed differences at few pairs: 7 % errors instead of 5 %",
                values="at least 3 pairs",
                paper="Student 1908",
                dialect="equal differences: p = 2^-n a side; infinite ones: sign flips",
            ),
        ),
        "adjusted_t": Test(
            title="skew-adjusted t",
            p=adjusted_p,
            interval=adjusted_interval,
            card=Card(
                does="takes the weaker of t and of a t that is moved by some of the skewness",
                formula="p of the weaker of t and Hall's t of g n / (n + 8), exact if normal",
                helps="skewed differences: at 8 pairs its 95 % cover 93.7 to 95.4, those of t 92.9",
                hurts="a point of power; below 8 pairs skewness hardly shows: 93 to 97 covered",
                values="at least 3 pairs",
                paper="Hall 1992, On the removal of skewness by transformation",
                dialect="skewness is shrunk, and the level lost to a second t is given back",
            ),
        ),
        "guarded_t": Test(
            title="skew-guarded t",
            p=guarded_p,
            interval=guarded_interval,
            card=Card(
                does="takes the weaker of t and of a t whose skewness is taken out",
                formula="sqrt(n) (d + g d^2/3 + g^2 d^3/27 + g/6n), d = mean / s, g = skewness",
                helps="looking early: the errors of skewed differences are halved",
                hurts="about 5 % more pairs where differences are not skewed",
                values="at least 3 pairs",
                paper="Hall 1992, On the removal of skewness by transformation",
                dialect="the larger p of the two, so never more sure than t",
            ),
        ),
        "sign_flip": Test(
            title="sign-flip",
            p=flip_p,
            interval=flip_interval,
            fewest=signs,
            card=Card(
                does="asks how many of the 2^n sign patterns give as large a sum (permutation)",
                formula="p = #{flips: sum >= seen} / 2^n",
                helps="heavy tails, runs that diverged: valid for any symmetric differences",
                hurts="many arms and few seeds: p is at least 2^(1-n)",
                values="at least 6 pairs; exact to 16, then 20,000 patterns are drawn",
                paper="Fisher 1935, The design of experiments, section 21; Hartigan 1969",
                dialect="patterns that are drawn count the one seen: p = (1 + hits) / (1 + drawn)",
            ),
        ),
        "bootstrap": Test(
            title="BCa bootstrap",
            p=bca_p,
            interval=bca_interval,
            card=Card(
                does="redraws the pairs 10,000 times and reads the spread of their means",
                formula="Phi(z0 + (z0 + z) / (1 - a (z0 + z))) of the drawn means",
                helps="many pairs of a skewed law: its limits lie unevenly, as the data do",
                hurts="few pairs: at 8 its 95 % cover 88, at 16 they cover 92",
                values="at least 30 pairs",
                paper="Efron 1987, Better bootstrap confidence intervals",
                dialect="p is the level at which an end of the interval is 0",
            ),
        ),
        "signed_rank": Test(
            title="signed-rank",
            p=rank_p,
            interval=rank_interval,
            fewest=signs,
            card=Card(
                does="compares the ranks of the differences above 0 with the others (Wilcoxon)",
                formula="W = sum of ranks of |d| where d > 0, exact law under sign flips",
                helps="a few wild differences: their size does not count",
                hurts="the claim is on the pseudo-median, not on the mean",
                values="at least 6 pairs",
                paper="Wilcoxon 1945; Hodges and Lehmann 1963",
                dialect="zeros are left out, ties share a rank and the law stays exact",
            ),
        ),
    },
)


def for_folds(overlap: float) -> Test:
    """Give the corrected resampled t test: pairs are folds, whose training sets share examples.

    `overlap` is the size of the test fold over that of its training set: 1/4 for 5 folds.
    """
    row = TESTS["t"]
    return Test(
        title="corrected resampled t",
        p=partial(t_p, overlap=overlap),
        interval=partial(t_interval, overlap=overlap),
        card=Card(
            does=row.card.does,
            formula="t = mean / (s sqrt(1/n + overlap)), n - 1 degrees of freedom",
            helps="cross-validation: folds are not independent, a plain t claims too much",
            paper="Nadeau and Bengio 2003, Inference for the generalization error, section 4",
        ),
    )
