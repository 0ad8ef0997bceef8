"""The verdict on two arms: better, worse, equivalent or unclear, with its evidence and a sentence.

equivalent   |difference| < margin is shown: both one-sided tests against -margin and +margin
             reject (TOST, Schuirmann 1987); said first, since the margin is what matters
better       corrected p <= alpha and a positive gain;  worse: a negative one
unclear      neither; with the number of further pairs that would probably tell
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Literal

from trainlab.amounts import counted
from trainlab.comparison.statistics.effect import Effect

__all__ = [
    "POINTS",
    "RAW",
    "Evidence",
    "Outlook",
    "Scale",
    "Verdict",
    "decide",
    "decimals",
    "figures",
]

Answer = Literal["better", "worse", "equivalent", "unclear"]
TURNED: dict[Answer, Answer] = {"better": "worse", "worse": "better"}


@dataclass(frozen=True)
class Scale:
    """How a score is shown, and which way is better."""

    unit: str = ""
    factor: float = 1.0
    """From the score to the number shown."""
    sign: int = 1
    """1 where more is better, -1 where less is."""
    lost: str = "diverged"
    """What became of a run without a score."""
    step: float = 0.0
    """The least step between two scores, in shown units: one example; 0 where they have none."""


POINTS = Scale("points", 100.0)
"""Shares of one: accuracy in percentage points, more is better."""
RAW = Scale("", 1.0, -1)
"""Losses in their own unit, less is better."""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What was measured of one pair of arms; gains are positive where the first is better."""

    pairs: int
    gain: float
    """nan where no run of either has a score."""
    low: float
    high: float
    level: float
    """Of the interval low..high."""
    joint_low: float
    joint_high: float
    """The interval that holds together with those of the whole family."""
    p: float
    corrected: float
    """p, corrected for the family."""
    p_equivalent: float | None = None
    """Corrected p of equivalence; None where no margin was stated."""
    effect: Effect = field(default_factory=Effect)
    diverged: tuple[int, int] = (0, 0)
    """Runs of the first and of the second that came to nothing."""
    ties: int = 0
    """Pairs whose scores are equal."""


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """What would be needed where the evidence does not tell."""

    more: int | None = None
    """Pairs beyond those seen, an estimate; None where it cannot be said."""
    why: str = ""
    """Why it cannot be said."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The answer on two arms, by what test, and on what evidence."""

    arm: str
    other: str
    answer: Answer
    evidence: Evidence
    test: str
    correction: str
    family: int
    """Comparisons that share the correction."""
    alpha: float
    margin: float | None
    unit: str
    lost: str = "diverged"
    outlook: Outlook = field(default_factory=Outlook)

    def turned(self) -> Verdict:
        """Give the same verdict seen from the other arm."""
        seen, effect = self.evidence, self.evidence.effect
        flipped = Effect(
            d_z=_minus(effect.d_z),
            d_z_low=_minus(effect.d_z_high),
            d_z_high=_minus(effect.d_z_low),
            g_av=_minus(effect.g_av),
            g_av_low=_minus(effect.g_av_high),
            g_av_high=_minus(effect.g_av_low),
        )
        evidence = replace(
            seen,
            gain=-seen.gain,
            low=-seen.high,
            high=-seen.low,
            joint_low=-seen.joint_high,
            joint_high=-seen.joint_low,
            effect=flipped,
            diverged=seen.diverged[::-1],
        )
        answer = TURNED.get(self.answer, self.answer)
        return replace(self, arm=self.other, other=self.arm, answer=answer, evidence=evidence)

    @property
    def sentence(self) -> str:
        """Say it: adam is better than sgd by 1.3 points (95 % CI 0.8 to 1.8, n = 12 pairs, ...)."""
        if self.answer in TURNED:
            ahead = self if self.answer == "better" else self.turned()
            claim = f"{self.arm} is {self.answer} than {self.other}"
            if ahead.evidence.gain < math.inf:
                claim += f" by {_amount(ahead.evidence.gain, ahead.evidence, self.unit)}"
            return f"{claim} ({ahead._how(ahead.evidence.corrected)})"
        difference = self._difference()
        if self.answer == "equivalent":
            within = counted(f"{self.margin:g}", self.unit)
            p = self.evidence.p_equivalent
            return (
                f"{self.arm} and {self.other} are equivalent within {within} "
                f"({difference}{self._how(1.0 if p is None else p)})"
            )
        return (
            f"{self.arm} and {self.other} {self._open}: {self.next} "
            f"({difference}{self._how(self.evidence.corrected)})"
        )

    @property
    def next(self) -> str:
        """Say what would tell: about 14 more seeds."""
        if self.outlook.more is None:
            return self.outlook.why
        return f"about {self.outlook.more:,} more {'seed' if self.outlook.more == 1 else 'seeds'}"

    @property
    def _open(self) -> str:
        if math.isnan(self.evidence.gain):
            return "cannot be compared"
        if self.evidence.ties < self.evidence.pairs:
            return "are not separable yet"
        few = "" if self.margin is None else ", too few to call them equivalent"
        pairs = self.evidence.pairs
        return f"tie in {f'all {pairs} pairs' if pairs > 1 else 'their one pair'}{few}"

    def _difference(self) -> str:
        if not math.isfinite(self.evidence.gain):
            return ""
        return f"difference {_amount(self.evidence.gain, self.evidence, self.unit)}, "

    def _how(self, p: float) -> str:
        seen = self.evidence
        known = any(map(math.isfinite, (seen.gain, seen.low, seen.high)))
        interval = [f"{100 * seen.level:.3g} % CI {_range(seen)}"] * known
        named = f"{self.correction} p" if self.family > 1 else "p"
        said = "< 0.001" if p < 0.001 else f"= {p:.2g}"
        pairs = f"n = {seen.pairs} {'pair' if seen.pairs == 1 else 'pairs'}"
        lost = sum(seen.diverged)
        runs = [f"{lost} of {2 * seen.pairs} runs {self.lost}"] if lost else []
        return ", ".join([*interval, pairs, f"{named} {said}", *runs])


def decide(seen: Evidence, alpha: float) -> Answer:
    """Give the answer that the evidence allows."""
    if seen.p_equivalent is not None and seen.p_equivalent <= alpha:
        return "equivalent"
    if seen.corrected <= alpha and seen.gain != 0:
        return "better" if seen.gain > 0 else "worse"
    return "unclear"


def _minus(value: float | None) -> float | None:
    return None if value is None else -value


def decimals(seen: Evidence) -> int:
    """Give the decimals that show two figures of half the interval, more to tell an end from 0."""
    half = (seen.high - seen.low) / 2
    places = figures(half if 0 < half < math.inf else abs(seen.gain) / 10)
    if not seen.low * seen.high > 0:
        return places
    near = min(abs(seen.low), abs(seen.high))
    return next((p for p in range(places, 9) if round(near, p)), places)


def figures(spread: float) -> int:
    """Give the decimals that show two figures of a spread."""
    return min(8, max(0, 1 - math.floor(math.log10(spread)))) if 0 < spread < math.inf else 1


def _number(value: float, places: int) -> str:
    if not math.isfinite(value):
        return "infinity" if value > 0 else "-infinity"
    written = f"{value:.{places}f}"
    return written.removeprefix("-") if float(written) == 0 else written


def _amount(value: float, seen: Evidence, unit: str) -> str:
    return counted(_number(value, decimals(seen)), unit)


def _range(seen: Evidence) -> str:
    places = decimals(seen)
    if seen.low == -math.inf and seen.high == math.inf:
        return "not bounded yet"
    return f"{_number(seen.low, places)} to {_number(seen.high, places)}"
