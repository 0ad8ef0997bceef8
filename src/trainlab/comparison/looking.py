"""Looking at scores while more are coming: who goes on, and when there is enough.

An arm that another beats is dropped, and is not asked for again; the baseline stays. The rest goes
on until every verdict is clear, all open intervals are narrow, or the plan is spent. It takes less
to drop an arm (one side, arms - 1 comparisons) than to tell it apart (two sides, all pairs), so the
last rivals stay until their verdicts are clear: else one comparison of two arms in five ends early
and says nothing. Where scores come from does not matter here: trainings, or draws that calibrate.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from trainlab.comparison.design import Design
from trainlab.comparison.statistics.judgement import Judgement, judge
from trainlab.comparison.statistics.terms import Terms
from trainlab.comparison.statistics.verdict import Scale

__all__ = ["Ask", "follow"]

Ask = Callable[[Sequence[str], int], Mapping[str, Sequence[float]]]
"""The arms still in, and a number of pairs -> each one's scores in its first pairs."""


def follow(
    names: Sequence[str], ask: Ask, scale: Scale, design: Design, terms: Terms, at: Sequence[int]
) -> Judgement:
    """Judge after each number of pairs of `at` until there is enough, and give the last judgement.

    Without looks in the terms, `at` is the one number of pairs that all arms have.
    """
    scores: dict[str, Sequence[float]] = {}
    still = list(names)
    for pairs in at:
        scores |= ask(still, pairs)
        rows = [scores[name] for name in names]
        judgement = judge(rows, names, scale=scale, baseline=design.baseline, terms=terms)
        still = _going_on(still, judgement, design)
        if len(still) < 2 or _enough(judgement, design, pairs):
            break
    return judgement


def _going_on(still: Sequence[str], judgement: Judgement, design: Design) -> list[str]:
    """Give the arms that may be the best and the baseline; with one alone, its last rivals too."""
    kept = {*judgement.candidates, design.baseline}
    if len(kept.intersection(still)) < 2:
        kept |= {verdict.arm for verdict in judgement.to_best if verdict.answer == "unclear"}
    return [name for name in still if name in kept]


def _enough(judgement: Judgement, design: Design, pairs: int) -> bool:
    """Whether nothing is left to tell, or every open interval is as narrow as was asked."""
    if judgement.clear:
        return True
    if design.until is None:
        return False
    seen = [verdict.evidence for verdict in (*judgement.to_best, *judgement.to_baseline)]
    return all((each.high - each.low) / 2 <= design.until for each in seen if each.pairs == pairs)
