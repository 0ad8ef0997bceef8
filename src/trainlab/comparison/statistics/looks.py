"""Looking early: tests and intervals that hold however often the planned looks are taken.

Looking at 5 % after every batch of seeds until something shows errs far more often than 5 %. Here
the number of pairs at each look is planned, and each look has a level of its own:

    claim at look k  when  p_k <= c n_k / n_last,   P(any such claim) = alpha where there is nothing

Under normal differences the whole path of p_k has one law, whatever their sd; it is drawn once, and
c and corrected p values are read from it. Later looks get more of alpha than early ones, in
proportion to their pairs. A first look at a number that was not planned waits for the next one.
What was weighed, and what was measured: docs/design/0006-looking-early.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np

from trainlab.comparison.statistics.interval import Array, Interval, Side, two_sided
from trainlab.comparison.statistics.student import Moments, guarded, of_sums, students
from trainlab.comparison.statistics.tests import TESTS, Test
from trainlab.comparison.statistics.ties import in_steps
from trainlab.errors import RecipeError

__all__ = ["Looks", "listed", "planned"]

PATHS = 100_000
"""Paths of normal differences that are drawn; each counts for both directions."""
SEED = 0x100C5
HITS = 100
"""Below the p that this many paths reach, the corrected p is the bound of Bonferroni."""
LISTED = 6
"""More looks than these are not written one by one."""
LOOKED_AT = ("t", "guarded_t")
"""Tests whose p has a law that does not depend on the differences."""


@dataclass(frozen=True)
class Looks:
    """The plan: after how many pairs the data are looked at, and by which test."""

    at: tuple[int, ...]
    test: str = "guarded_t"

    def __post_init__(self) -> None:
        rising = all(a < b for a, b in pairwise(self.at))
        if not self.at or self.at[0] < 2 or not rising:
            raise RecipeError(
                f"looks after {', '.join(map(str, self.at)) or 'no'} pairs cannot be planned",
                next_step="give rising numbers of pairs, the first at least 2",
            )
        if TESTS.name(self.test) not in LOOKED_AT:
            raise RecipeError(
                f"the test {self.test!r} has no law for looking early",
                where="--test",
                allowed=LOOKED_AT,
                given=self.test,
                next_step="leave --until and --race out: then every test judges, once",
            )

    @property
    def most(self) -> int:
        """The pairs of the last look: with these the plan is spent."""
        return self.at[-1]

    def last(self, pairs: int) -> int | None:
        """Give the last planned look with no more than these pairs."""
        return max((n for n in self.at if n <= pairs), default=None)

    def level(self, alpha: float, pairs: int) -> float:
        """Give the one-sided level of a single look at these pairs; 0 where none is planned."""
        if pairs not in self.at:
            return 0.0
        law = _law(self)
        rank = int(alpha * len(law))
        common = law[rank - 1] if rank >= HITS else alpha / _shares(self).sum()
        return float(common * pairs / self.most)

    def corrected(self, p: Array, pairs: int) -> Array:
        """Give the p that holds over all looks, from one-sided p at one of them."""
        if pairs not in self.at:
            return np.ones_like(p)
        law = _law(self)
        scaled = np.asarray(p, float) * self.most / pairs
        reached = np.searchsorted(law, scaled * (1 + 1e-12), side="right")
        bound = np.minimum(1.0, scaled * _shares(self).sum())
        floor = HITS / len(law)
        counted = np.maximum(reached / len(law), np.minimum(floor, bound))
        return np.asarray(np.where(reached >= HITS, counted, np.minimum(bound, floor)))

    def at_look(self, pairs: int, step: float = 0.0) -> Test:
        """Give the test of one look, as good as any other; `step` is that of the scores."""
        row = in_steps(TESTS[self.test], step)

        def p(differences: Array, side: Side) -> Array:
            if side != "two-sided":
                return self.corrected(row.p(differences, side), pairs)
            return two_sided(p(differences, "greater"), p(differences, "less"))

        def interval(differences: Array, level: float) -> Interval:
            return row.interval(differences, 1 - 2 * self.level((1 - level) / 2, pairs))

        return Test(
            title=f"{row.title}, looking early",
            p=p,
            interval=interval,
            nominal=lambda alpha: 2 * self.level(alpha / 2, self.most),
            card=row.card,
        )


def planned(*, first: int = 4, every: int = 4, most: int = 64, test: str = "guarded_t") -> Looks:
    """Plan a look after the first pairs, then after every few more, and at the most pairs."""
    return Looks((*range(first, most, every), most), test)


def listed(at: Sequence[int]) -> str:
    """Write the looks: 4, 12, 20, ..., 64."""
    shown = at if len(at) <= LISTED else (*at[:3], "...", at[-1])
    return ", ".join(map(str, shown))


def _shares(looks: Looks) -> Array:
    """Give each look's share of the common level: its pairs over the most."""
    return np.array(looks.at) / looks.most


@cache
def _law(looks: Looks) -> Array:
    """Give the least scaled one-sided p of each path, in order: [2 PATHS]."""
    from scipy.special import stdtr

    least = np.full((2, PATHS), np.inf)
    for found, share in zip(_paths(looks.at), _shares(looks), strict=True):
        t = (students(found),) * 2 if looks.test == "t" else guarded(found)
        for way, against in enumerate((-t[0], t[1])):
            np.minimum(least[way], stdtr(found.n - 1, against) / share, out=least[way])
    return np.sort(least.reshape(-1))


def _paths(at: tuple[int, ...]) -> Iterator[Moments]:
    """Give the moments of PATHS rows of normal differences at each number of pairs."""
    rng = np.random.default_rng(SEED)
    never = np.zeros(PATHS, dtype=bool)
    first, second, third = np.zeros((3, PATHS))
    for before, n in pairwise((0, *at)):
        new = rng.standard_normal((n - before, PATHS))
        square = new * new
        first, second = first + new.sum(0), second + square.sum(0)
        third = third + (square * new).sum(0)
        mean = first / n
        squares = second - n * mean * mean
        cubes = third - 3 * mean * second + 2 * n * mean * mean * mean
        yield of_sums(n, mean, (squares, cubes), (np.zeros(PATHS), never))
