"""Is the suggested rate at least as good as what it stands against, on seeds not seen before.

Paired: with one seed, all rates start from the same weights and see the same batches. For each
rival the difference of its loss to the suggestion's has Student's t interval over the pairs.

    confirmed    no rival is better by more than the margin, 2 % of what the suggestion learned:
                 every interval lies above -margin
    beaten       not so, and a rival's interval lies below 0: it is better; or the suggestion
                 diverged with one of the seeds
    undecided    neither: the intervals are too wide
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Literal

import numpy as np

from trainlab.check.learning_rate.refusal import rounded
from trainlab.check.learning_rate.short_runs import ShortRuns

__all__ = ["FRESH", "Confirmation", "Rival", "confirm", "judged"]

FRESH = 8
"""Seeds at the least, none of which was in the grid."""
MARGIN = 0.02
"""Of what the suggestion learned."""
APART = 3.0
"""Factor between the suggestion and its neighbours."""
SAME = 1.1
"""Rates within this factor are one rate."""
Verdict = Literal["confirmed", "beaten", "undecided"]


@dataclass(frozen=True, kw_only=True)
class Rival:
    """Another rate, trained from the same starts on the same batches."""

    role: str
    """"current", "lower" or "higher"."""
    rate: float
    loss: tuple[float, ...]
    """By seed; infinite where it diverged."""
    gap: float
    """Mean difference to the suggestion: above 0 the suggestion is better."""
    half: float
    """Half of its 95 % interval."""

    @property
    def diverged(self) -> int:
        """How many seeds diverged."""
        return sum(not math.isfinite(loss) for loss in self.loss)


@dataclass(frozen=True, kw_only=True)
class Confirmation:
    """The suggestion against its rivals."""

    rate: float
    seeds: tuple[int, ...]
    loss: tuple[float, ...]
    """Of the suggestion, by seed; infinite where it diverged."""
    start: tuple[float, ...]
    rivals: tuple[Rival, ...]
    margin: float
    """A difference of loss that does not matter."""

    @property
    def diverged(self) -> int:
        """How many seeds diverged at the suggestion."""
        return sum(not math.isfinite(loss) for loss in self.loss)

    @property
    def verdict(self) -> Verdict:
        """What it came to."""
        fine = all(r.diverged or r.gap - r.half >= -self.margin for r in self.rivals)
        if fine and not self.diverged:
            return "confirmed"
        return "beaten" if self.diverged or self.better else "undecided"

    @property
    def better(self) -> Rival | None:
        """The rival that beats the suggestion, the one of least loss; one that diverges does not.

        Where the suggestion diverges, whoever does not beats it.
        """
        steady = [rival for rival in self.rivals if not rival.diverged]
        beating = [rival for rival in steady if self.diverged or rival.gap + rival.half < 0]
        return min(beating, key=lambda rival: fmean(rival.loss), default=None)

    @property
    def choice(self) -> float | None:
        """The rate to use: the suggestion, or what beats it by more than the margin; or none."""
        if self.verdict != "beaten":
            return self.rate
        return None if self.better is None else self.better.rate


def confirm(runs: ShortRuns, rate: float, steps: int, seen: Sequence[int]) -> Confirmation:
    """Train the suggestion, the recipe's own rate and both neighbours on seeds after those seen.

    As many as were seen, but not fewer than eight.
    """
    current = float(runs.recipe.optimizer.hypers["lr"])
    rates = {"suggested": rate, "lower": rate / APART, "higher": rate * APART}
    if current > 0 and abs(math.log(current / rate)) > math.log(SAME):
        rates["current"] = current
    n = max(FRESH, len(seen))
    seeds = range(seen[-1] + 1, seen[-1] + 1 + n)
    note = f"confirming {rounded(rate)} against {len(rates) - 1} others on {n} fresh seeds"
    arms = [(each, seed) for each in rates.values() for seed in seeds]
    before, after = runs.losses(arms, steps, note)
    table = dict(zip(rates, after.reshape(len(rates), n), strict=True))
    losses = {role: tuple(row.tolist()) for role, row in table.items()}
    return judged(rates, losses, seeds, tuple(before[:n].tolist()))


def judged(
    rates: dict[str, float],
    losses: dict[str, tuple[float, ...]],
    seeds: Sequence[int],
    start: tuple[float, ...],
) -> Confirmation:
    """Compare the losses of the rate called "suggested" with those of the others, pair by pair."""
    own = losses["suggested"]
    return Confirmation(
        rate=rates["suggested"],
        seeds=tuple(seeds),
        loss=own,
        start=start,
        rivals=tuple(
            _rival(role, rates[role], losses[role], own) for role in rates if role != "suggested"
        ),
        margin=MARGIN * max(0.0, float(np.mean(np.subtract(start, own)))),
    )


def _rival(role: str, rate: float, loss: tuple[float, ...], own: tuple[float, ...]) -> Rival:
    pairs = zip(loss, own, strict=True)
    gaps = [a - b for a, b in pairs if math.isfinite(a) and math.isfinite(b)]
    mean = float(np.mean(gaps)) if gaps else math.nan
    return Rival(role=role, rate=rate, loss=loss, gap=mean, half=_half(gaps))


def _half(values: list[float]) -> float:
    """Give half of Student's 95 % interval of the mean; NaN for fewer than two values."""
    n = len(values)
    if n < 2:
        return math.nan
    from scipy.special import stdtrit

    return float(stdtrit(n - 1, 0.975) * np.std(values, ddof=1) / math.sqrt(n))
