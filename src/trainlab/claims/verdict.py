"""The verdict on a claim: where the interval of each expected quantity lies.

supported      every interval lies inside what was expected: each at level 1 - alpha, uncorrected,
               since all must hold at once (Berger 1982, intersection-union)
refuted        some interval lies wholly outside: at level 1 - alpha / m of m expectations, so that
               a true claim is refuted with chance alpha at most (Bonferroni)
inconclusive   neither: some interval holds a limit

Pairs of which both runs came to nothing are even, and show nothing: the answer has to be the same
without them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from trainlab.claims.claim import Claim, Expect, Found
from trainlab.comparison.statistics.court import gains
from trainlab.comparison.statistics.interval import Array, Flags, Interval, Side
from trainlab.comparison.statistics.outlook import outlook
from trainlab.comparison.statistics.power import pairs_to_separate
from trainlab.comparison.statistics.student import moments
from trainlab.comparison.statistics.tests import TESTS
from trainlab.errors import DataError

__all__ = ["ALPHA", "Answer", "Finding", "Verdict", "decide", "pairs_of", "quantity"]

Answer = Literal["supported", "refuted", "inconclusive"]
ALPHA, CHANCE = 0.05, 0.8
ROUNDING, TINY = 1e-9, 1e-300
"""What equality forgives, as a share of the value and beside 0."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What the data say of one expectation; numbers in shown units, ratios as ratios."""

    expect: Expect
    answer: Answer
    pairs: int
    values: tuple[float, ...]
    """The quantity, pair by pair."""
    mean: float
    low: float
    high: float
    """Of the 95 % interval."""
    p: float | None
    """One-sided, of the mean not lying inside; where that is refuted, of its not lying outside;
    None where equality was expected."""
    d_z: float | None
    """From the nearest limit to the mean, in standard deviations of the pairs; None if equal."""
    enough: int | None
    """Pairs at which such a distance shows with a chance of 80 %."""
    more: int | None
    """Further pairs that would probably tell, where it is inconclusive."""
    test: str
    lost: int = 0
    """Pairs of which a run came to nothing."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The answer on a claim, and the findings it rests on."""

    answer: Answer
    findings: tuple[Finding, ...]

    @property
    def hardest(self) -> Finding:
        """Give the finding that the answer hangs on: one that failed, one that is open, the first.

        Where all are supported, the one whose interval comes nearest to a limit says least; the
        first is what the claim puts first.
        """
        order = {"refuted": 0, "inconclusive": 1, "supported": 2}
        return min(self.findings, key=lambda finding: order[finding.answer])


def decide(claim: Claim, found: Found) -> Verdict:
    """Judge what was measured by the claim's own rule.

    Raises DataError where the measure is not paired.
    """
    pairs_of(found)
    findings = tuple(_finding(each, found.values, len(claim.expects)) for each in claim.expects)
    answers = {finding.answer for finding in findings}
    answer: Answer = "supported"
    if "refuted" in answers:
        answer = "refuted"
    elif "inconclusive" in answers:
        answer = "inconclusive"
    return Verdict(answer=answer, findings=findings)


def pairs_of(found: Found) -> int:
    """Give the number of pairs that all quantities have.

    Raises DataError where they differ, or where a value is not a number.
    """
    counts = {name: len(row) for name, row in found.values.items()}
    if len(set(counts.values())) != 1:
        told = ", ".join(f"{name}: {count}" for name, count in counts.items())
        raise DataError(f"the measure of a claim is not paired: {told}")
    missing = [name for name, row in found.values.items() if np.isnan(row).any()]
    if missing:
        raise DataError(f"the measure of a claim has no value for some pair: {', '.join(missing)}")
    return next(iter(counts.values()))


def quantity(expect: Expect, values: Mapping[str, Array]) -> Array:
    """Give what an expectation speaks of, pair by pair; of ratios the logarithm."""
    with np.errstate(divide="ignore"):
        scale = np.log if expect.ratio else np.asarray
        first = scale(values[expect.of])
        second = np.zeros_like(first) if expect.to is None else scale(values[expect.to])
    return np.asarray(gains(first, second), float)


def _finding(expect: Expect, values: Mapping[str, Array], m: int) -> Finding:
    rows = quantity(expect, values)
    limits, test = _limits(expect), TESTS[expect.test]
    own, answer = _judged(rows, expect, m)
    shows = ~_both_lost(expect, values)
    if not shows.all() and (shows.sum() < 2 or _judged(rows[shows], expect, m)[1] != answer):
        answer = "inconclusive"
    shown = np.exp if expect.ratio else np.asarray
    mean, *ends = (float(shown(part[0])) for part in own)
    distance = _distance(rows, limits)
    more = None
    if answer == "inconclusive":
        more = outlook(rows - _nearest(rows, limits), ALPHA, CHANCE).more
    return Finding(
        expect=expect,
        answer=answer,
        pairs=len(rows),
        values=tuple(np.asarray(shown(rows), float).tolist()),
        mean=mean,
        low=ends[0],
        high=ends[1],
        p=_p(rows, limits, expect.test, inside=answer != "refuted"),
        d_z=distance,
        enough=None if distance is None else pairs_to_separate(distance, alpha=ALPHA),
        more=more,
        test=test.title if expect.to else test.title.replace("paired", "one-sample"),
        lost=int((~np.isfinite(rows) | ~shows).sum()),
    )


def _judged(rows: Array, expect: Expect, m: int) -> tuple[Interval, Answer]:
    """Give the 95 % interval of a quantity, and where it and the wider one of m lie."""
    interval = TESTS[expect.test].interval
    own, wide = (interval(rows[None], 1 - alpha) for alpha in (ALPHA, ALPHA / m))
    return own, _answer(own, wide, _limits(expect))


def _both_lost(expect: Expect, values: Mapping[str, Array]) -> Flags:
    """Find the pairs of which neither run came to anything."""
    first = values[expect.of]
    if expect.to is None:
        return np.zeros(len(first), bool)
    return np.asarray(~np.isfinite(first) & ~np.isfinite(values[expect.to]))


def _limits(expect: Expect) -> tuple[float, float]:
    """Give the limits in the units of `quantity`."""
    if not expect.ratio:
        return expect.above, expect.below
    above = math.log(expect.above) if expect.above > 0 else -math.inf
    return above, math.log(expect.below)


def _answer(own: Interval, wide: Interval, limits: tuple[float, float]) -> Answer:
    low, high = limits
    if low == high:  # equality: to rounding
        low, high = low - ROUNDING * abs(low) - TINY, high + ROUNDING * abs(high) + TINY
    above = low == -math.inf or low < float(own.low[0])
    below = high == math.inf or float(own.high[0]) < high
    if above and below:
        return "supported"
    if float(wide.high[0]) <= low or float(wide.low[0]) >= high:
        return "refuted"
    return "inconclusive"


def _nearest(rows: Array, limits: tuple[float, float]) -> float:
    """Give the finite limit that is nearest to the mean."""
    finite = [end for end in limits if math.isfinite(end)]
    with np.errstate(invalid="ignore"):
        mean = float(rows.mean())
    return min(finite, key=lambda end: abs(end - mean))


def _distance(rows: Array, limits: tuple[float, float]) -> float | None:
    found = moments(rows - _nearest(rows, limits))
    if found.n < 2 or found.flat or found.infinite:
        return None
    return float(found.mean / found.sd)


def _p(rows: Array, limits: tuple[float, float], test: str, *, inside: bool) -> float | None:
    """Give the larger of the one-sided p against each limit (Schuirmann 1987).

    For what lies outside it is the smaller of those of the other sides.
    """
    low, high = limits
    if low == high:
        return None
    ways: tuple[Side, Side] = ("greater", "less") if inside else ("less", "greater")
    ends = [(end, way) for end, way in zip(limits, ways, strict=True) if math.isfinite(end)]
    found = [float(TESTS[test].p((rows - end)[None], way)[0]) for end, way in ends]
    return max(found) if inside else min(found)
