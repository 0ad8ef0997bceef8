"""A claim and its verdict in words: the command line, the page and the document say the same."""

from __future__ import annotations

import math
from collections.abc import Iterator
from statistics import median_low

from trainlab.amounts import counted
from trainlab.claims.claim import Claim, Expect
from trainlab.claims.keeping import Kept
from trainlab.claims.verdict import ALPHA, Finding
from trainlab.report.wording import duration

__all__ = [
    "STATE",
    "amount",
    "cost",
    "data",
    "expected",
    "how",
    "outlook",
    "plain",
    "rule",
    "setting",
    "subject",
]

STATE = {"supported": "good", "refuted": "lost", "inconclusive": "warn"}
"""The style of an answer on a terminal."""


def expected(expect: Expect) -> str:
    """Write the region: `ReLU / tanh below 1`, `slope between -1.1 and -0.9`."""
    return f"{subject(expect)} {_region(expect)}"


def subject(expect: Expect) -> str:
    """Write the quantity: `ReLU / tanh`."""
    joint = {True: "/", False: "-"}[expect.ratio]
    return expect.of if expect.to is None else f"{expect.of} {joint} {expect.to}"


def _region(expect: Expect) -> str:
    low, high, unit = expect.above, expect.below, expect.unit
    if low == high:
        return f"exactly {counted(plain(low), unit)}"
    if math.isinf(low) or (expect.ratio and low == 0):
        return f"below {counted(plain(high), unit)}"
    if math.isinf(high):
        return f"above {counted(plain(low), unit)}"
    if plain(low) == plain(high):
        half, middle = (high - low) / 2, (high + low) / 2
        return f"within {plain(half)} of {counted(plain(middle), unit)}"
    return f"between {plain(low)} and {counted(plain(high), unit)}"


def amount(finding: Finding, *, interval: bool = True) -> str:
    """Write the mean and its 95 % interval: `0.59 (0.55 to 0.63)`, a ratio with a sign before.

    Where runs came to nothing the median stands in the place of the mean.
    """
    sign, unit = "x " if finding.expect.ratio else "", finding.expect.unit
    ends = (finding.mean, finding.low, finding.high)
    mean, low, high = _together(ends)
    if not interval:
        return f"{sign}{counted(mean, unit)}"
    if finding.lost:
        middle, around = plain(median_low(finding.values)), f"{low} to {high}"
        told = f"{around}; in {finding.lost} of {finding.pairs} pairs a run came to nothing"
        return f"median {sign}{counted(middle, unit)} ({told})"
    if finding.low == finding.high:
        return f"{sign}{counted(mean, unit)} (every pair)"
    return f"{sign}{counted(mean, unit)} ({low} to {high})"


def how(finding: Finding) -> str:
    """Say by what it was judged: `n = 8, paired t, p < 0.001, 2.1 sd from the limit`."""
    told = [f"n = {finding.pairs}", finding.test]
    if finding.p is not None:
        told.append("p < 0.001" if finding.p < 0.001 else f"p = {finding.p:.2g}")
    if finding.d_z is not None:
        told.append(f"{_size(abs(finding.d_z))} sd from the limit")
    return ", ".join(told)


def _size(distance: float) -> str:
    """Write two figures; beyond a thousand all is one."""
    if distance >= 1000:
        return "over 1000"
    return f"{distance:.0f}" if distance >= 100 else f"{distance:.2g}"


def outlook(finding: Finding) -> str:
    """Say how many pairs such an effect needs, or how many more would tell."""
    if finding.more is not None:
        return f"80 % power with about {finding.more} more pairs"
    if finding.answer == "inconclusive":
        return "more pairs would not tell"
    if finding.enough is None:
        return "every pair says so" if len(set(finding.values)) == 1 else ""
    return f"80 % power with {finding.enough} pairs"


def data(claim: Claim, kept: Kept | None) -> str:
    """Say what it is measured on: the claim's own data, or those of the user's recipe."""
    return f"those of {kept.recipe}" if kept is not None and kept.recipe else claim.data


def setting(kept: Kept) -> Iterator[tuple[str, str]]:
    """Say with which seeds, at what cost, and when it was run: each with its name."""
    if kept.seeds:
        yield "seeds", f"{kept.seeds[0]} to {kept.seeds[-1]}"
    yield "cost", f"{cost(kept)} on {kept.machine}"
    own = f", on {kept.recipe}" if kept.recipe else ""
    old = "" if kept.current else "; the claim has changed since: run it again"
    yield "run", f"{kept.created[:16].replace('T', ' ')}{own}{old}"


def cost(kept: Kept) -> str:
    """Say how long it took."""
    return duration(kept.seconds)


def rule(claim: Claim) -> Iterator[str]:
    """Say the rule of decision, as it was fixed beforehand."""
    level = f"{100 * (1 - ALPHA):g} %"
    m = len(claim.expects)
    yield f"supported: {'the' if m == 1 else 'every'} {level} interval lies inside what is expected"
    told = f"{100 * (1 - ALPHA / m):.4g} %" if m > 1 else level
    yield f"refuted: {'the' if m == 1 else 'some'} {told} interval lies wholly outside"
    yield "inconclusive: otherwise"


def plain(value: float) -> str:
    """Write three figures: 1.73, 0.084, 3e-05."""
    return f"{value:.3g}".replace("e-0", "e-").replace("e+0", "e")


def _together(values: tuple[float, ...]) -> tuple[str, ...]:
    """Write numbers at one precision: two figures of the interval's half width."""
    half = (values[2] - values[1]) / 2
    size = max(abs(value) for value in values if math.isfinite(value)) if _finite(values) else 0
    if not _finite(values) or not half or size >= 1e5 or size < 1e-3:
        return tuple(plain(value) for value in values)
    places = min(6, max(0, 1 - math.floor(math.log10(half))))
    return tuple(f"{value:.{places}f}" for value in values)


def _finite(values: tuple[float, ...]) -> bool:
    return all(map(math.isfinite, values))
