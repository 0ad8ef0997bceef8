"""What a range test found, in words and rows: the command line and the page say the same."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from statistics import fmean

from trainlab.amounts import counted
from trainlab.check.learning_rate import (
    Confirmation,
    Range,
    RangeTest,
    Refusal,
    Rival,
    rounded,
)

__all__ = ["facts", "gap", "mean_loss", "notes", "role", "rounded", "setting", "verdict"]

ROLES = {
    "current": "the recipe's own",
    "lower": "a third of it",
    "higher": "three times it",
}
LARGE = 1e4
"""From here on a difference has an exponent."""


def role(rival: Rival) -> str:
    """Say what a rival is to the suggestion."""
    return ROLES[rival.role]


def gap(rival: Rival, sign: str = "+-") -> str:
    """Write a paired difference with its interval, in two figures of it."""
    if not math.isfinite(rival.gap):
        return "diverged"
    lost = f" ({rival.diverged} diverged)" if rival.diverged else ""
    if not math.isfinite(rival.half):
        return f"{rival.gap:+.2g}{lost}"
    if rival.half >= LARGE:
        return f"{rival.gap:+.2g} {sign} {rival.half:.2g}{lost}".replace("e+", "e")
    places = min(6, max(0, 1 - math.floor(math.log10(rival.half)))) if rival.half > 0 else 4
    return f"{rival.gap:+.{places}f} {sign} {rival.half:.{places}f}{lost}"


def mean_loss(losses: tuple[float, ...]) -> str:
    """Write the mean of the losses that are finite."""
    finite = [loss for loss in losses if math.isfinite(loss)]
    return f"{fmean(finite):.4g}" if finite else "diverged"


def setting(found: RangeTest) -> str:
    """Say what was trained."""
    rates = found.curve.rates
    return (
        f"{found.curve.loss.size} short trainings of {found.steps} steps at a constant rate: "
        f"{len(rates)} rates from {rounded(rates[0])} to {rounded(rates[-1])}, "
        f"{counted(len(found.seeds), 'seeds')} each"
    )


def facts(found: RangeTest) -> Iterator[tuple[str, str, str]]:
    """Give each rate that matters: its name, itself, what it says."""
    result = found.found
    if isinstance(result, Refusal):
        return
    rates = found.curve.rates
    yield (
        "lowest useful",
        _end(result.lowest, "below", rates[0]),
        "below it less than half of the best decrease is reached",
    )
    yield "best", rounded(result.best), _best(result)
    yield (
        "edge of stability",
        _end(result.edge, "above", rates[-1]),
        "above it some seed reaches less than half of its own, or diverges",
    )
    yield "the recipe's own", rounded(found.current), _place(found.current, result)


def notes(found: RangeTest) -> Iterator[str]:
    """Say where the grid was made wider, and where it should be wider still."""
    low, high = found.curve.rates[[0, -1]]
    if low < 0.99 * found.grid.low:
        yield f"the grid was made wider, down to {rounded(low)}"
    if high > 1.01 * found.grid.high:
        yield f"the grid was made wider, up to {rounded(high)}"
    if isinstance(found.found, Refusal):
        return
    side = found.curve.beyond()
    if side is not None:
        yield f"the best lies at the end of the grid: a {side} rate may be better still"
    if not found.learns:
        yield (
            f"no rate does better than predicting the same for all (loss {found.constant:.3g}): "
            f"{found.steps} steps are too few, or the data do not tell"
        )


def verdict(found: Confirmation, sign: str = "+-") -> tuple[str, str]:
    """Say in a word and in a sentence what the confirmation came to."""
    pairs = f"{len(found.seeds)} fresh seeds, paired"
    better = found.better
    by = f"{rounded(better.rate)} is better by {_lead(better, sign)}" if better else ""
    if found.verdict == "confirmed":
        others = f"none of the {len(found.rivals)} others"
        margin = f"{others} is better by more than {rounded(found.margin)}"
        less = f"; {by}, less than that matters" if better else ""
        return "confirmed", f"{margin}, 2 % of what is learned ({pairs}){less}"
    if found.diverged:
        lost = f"{found.diverged} of {len(found.seeds)} fresh seeds diverged"
        instead = f"take {rounded(better.rate)}" if better else f"try --to {rounded(found.rate)}"
        return "not confirmed", f"{lost} at {rounded(found.rate)}: {instead}"
    if better:
        return "not confirmed", f"{by} ({pairs}): take it"
    more = f"take more, say --seeds {2 * len(found.seeds)}"
    return "not confirmed", f"the intervals are too wide to tell ({pairs}): {more}"


def _end(rate: float | None, side: str, last: float) -> str:
    return f"{side} {rounded(last)}" if rate is None else rounded(rate)


def _best(found: Range) -> str:
    gone = f"{100 * found.decrease:.3g} % of the loss at the start goes"
    if len(found.bests) < 2:
        return f"{gone} (n = 1: nothing is known of the spread)"
    ends = f"{rounded(min(found.bests))} to {rounded(max(found.bests))}"
    return f"{gone}; each seed's own best: {ends}, n = {len(found.bests)}"


def _place(rate: float, found: Range) -> str:
    """Say where the recipe's rate lies."""
    if not rate:
        return "nothing moves"
    if found.lowest is not None and rate < found.lowest:
        return "below what is useful"
    if found.edge is not None and rate > found.edge:
        return "above the edge of stability"
    factor = found.best / rate
    if 0.5 <= factor <= 2:
        return "close to the best"
    side = "below" if factor > 1 else "above"
    return f"a factor of {rounded(max(factor, 1 / factor))} {side} the best"


def _lead(better: Rival, sign: str) -> str:
    """Write by how much a rival is better."""
    return gap(replace(better, gap=-better.gap), sign).removeprefix("+")
