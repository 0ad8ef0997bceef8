"""False claims: how often arms that are the same are told apart, by the whole judgement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from benchmarks.calibrate.bank import Array, Bank
from benchmarks.calibrate.counts import Count, Sizes, scale_of
from benchmarks.calibrate.draws import KINDS, differing, null, one_apart
from benchmarks.calibrate.rates import Rate
from trainlab.comparison.design import Design
from trainlab.comparison.looking import follow
from trainlab.comparison.statistics.judgement import Judgement, judge
from trainlab.comparison.statistics.terms import Terms
from trainlab.comparison.statistics.verdict import Verdict

__all__ = ["at_once", "equivalent", "one_differs", "step_by_step", "two_differ"]

ALPHA = 0.05
PAIRS = (4, 8, 12, 16)
NARROW = 1e-9
"""So narrow that only a clear verdict ends a comparison before its plan."""
TOLD = ("told rightly", "ended early and untold")
"""Counts that are no errors."""


@dataclass
class Tally:
    """Judgements of one setting, and what was wrong in them."""

    hits: dict[str, int] = field(default_factory=dict)
    of: int = 0
    pairs: int = 0

    def add(self, judgement: Judgement, wrong: Mapping[str, bool]) -> None:
        """Count one judgement."""
        self.of += 1
        self.pairs += judgement.pairs
        for what, was in wrong.items():
            self.hits[what] = self.hits.get(what, 0) + was

    def counts(self, bank: Bank, question: str, way: str, pairs: int) -> Iterator[Count]:
        """Give what was counted."""
        for what, hits in self.hits.items():
            yield Count(
                question=question,
                study=bank.study,
                metric=bank.metric,
                way=f"{way}: {what}",
                pairs=pairs,
                rate=Rate(hits, self.of),
                nominal=None if what in TOLD else ALPHA,
                taken=self.pairs / self.of,
            )


def at_once(bank: Bank, sizes: Sizes, rng: np.random.Generator) -> Iterator[Count]:
    """Judge equal arms once, at a fixed number of pairs."""
    for kind in KINDS:
        for arms in (2, 4):
            for pairs in PAIRS:
                tally = Tally()
                for _ in range(sizes.comparisons):
                    scores = null(kind, bank.copies, (arms, pairs), rng)
                    judgement = _judged(scores, bank, Terms(), arms > 2)
                    tally.add(judgement, _false(judgement))
                yield from tally.counts(bank, "equal arms, judged once", f"{kind}, {arms}", pairs)


def step_by_step(bank: Bank, sizes: Sizes, rng: np.random.Generator) -> Iterator[Count]:
    """Add pairs to equal arms until they are told apart, dropping who is beaten on the way."""
    for kind, arms in (("apart", 2), ("paired", 2), ("paired", 4)):
        tally = Tally()
        for _ in range(sizes.comparisons):
            scores = null(kind, bank.copies, (arms, sizes.most), rng)
            judgement = _followed(scores, bank, sizes)
            said = {"ended early and untold": _untold(judgement, sizes)}
            tally.add(judgement, _false(judgement) | said)
        yield from tally.counts(bank, "equal arms, looking early", f"{kind}, {arms}", sizes.most)


def one_differs(bank: Bank, sizes: Sizes, rng: np.random.Generator) -> Iterator[Count]:
    """Race three equal arms and one that is not: a claim among the equal ones is false."""
    gaps = bank.arms[:, 0].mean() - bank.arms.mean(0)
    ahead = scale_of(bank).sign * gaps > 0
    for place, way in ((1, "half the rate"), (2, "sgd")):
        tally = Tally()
        for _ in range(sizes.comparisons // 2):
            scores = one_apart(bank.copies, bank.arms[:, place], (4, sizes.most), rng)
            judgement = _followed(scores, bank, sizes)
            lost = bool(ahead[place]) and names(4)[0] not in judgement.candidates
            tally.add(judgement, {"a claim": _among_equals(judgement), "a best dropped": lost})
        yield from tally.counts(bank, "three equal arms and one more", way, sizes.most)


def two_differ(bank: Bank, sizes: Sizes, rng: np.random.Generator) -> Iterator[Count]:
    """Add pairs to arms that differ until they are told apart: which way, and where it ends."""
    scale = scale_of(bank)
    for place, way in ((1, "half the rate"), (2, "sgd")):
        pairs = bank.arms[:, (0, place)]
        truth = scale.sign * scale.factor * float((pairs[:, 0] - pairs[:, 1]).mean())
        tally = Tally()
        for rows in np.moveaxis(differing(pairs, (sizes.comparisons, sizes.most), rng), 1, 0):
            judgement = _followed(rows, bank, sizes)
            seen = judgement.to_best[0]
            first = seen if seen.arm == names(2)[0] else seen.turned()
            missed = not first.evidence.low <= truth <= first.evidence.high
            right, wrong = ("better", "worse") if truth > 0 else ("worse", "better")
            said = {
                "told rightly": first.answer == right,
                "the wrong way": first.answer == wrong,
                "truth not in the interval": missed,
                "ended early and untold": _untold(judgement, sizes),
            }
            tally.add(judgement, said)
        yield from tally.counts(bank, "different arms, looking early", way, sizes.most)


def equivalent(bank: Bank, sizes: Sizes, rng: np.random.Generator) -> Iterator[Count]:
    """Ask whether arms lie within a margin when they differ by just the margin."""
    scale = scale_of(bank)
    shift = 2 * float((bank.copies[:, 0] - bank.copies[:, 1]).std(ddof=1))
    for pairs in PAIRS:
        tally = Tally()
        for _ in range(sizes.comparisons):
            scores = null("paired", bank.copies, (2, pairs), rng)
            scores[1] += shift
            judgement = _judged(scores, bank, Terms(margin=shift * scale.factor), False)
            said = judgement.to_best[0].answer == "equivalent"
            tally.add(judgement, {"equivalent": said})
        yield from tally.counts(bank, "apart by the margin", "paired, 2", pairs)


def names(arms: int) -> list[str]:
    return [f"arm {place}" for place in range(arms)]


def _judged(scores: Array, bank: Bank, terms: Terms, baseline: bool) -> Judgement:
    named = names(len(scores))
    scale = scale_of(bank)
    return judge(scores, named, scale=scale, baseline=named[0] if baseline else None, terms=terms)


def _followed(scores: Array, bank: Bank, sizes: Sizes) -> Judgement:
    """Follow scores as `trainlab compare --until` does its trainings."""
    named = names(len(scores))
    design = Design(until=NARROW, most=sizes.most)
    terms = design.terms()
    rows = dict(zip(named, scores, strict=True))

    def ask(still: Sequence[str], pairs: int) -> dict[str, Array]:
        return {name: rows[name][:pairs] for name in still}

    at = terms.looks.at if terms.looks else ()
    return follow(named, ask, scale_of(bank), design, terms, at)


def _false(judgement: Judgement) -> dict[str, bool]:
    """Tell what is claimed of arms that are the same."""
    first = names(1)[0]
    said = {"a claim": any(map(_claims, judgement.to_best))}
    if judgement.to_baseline:
        said["a claim on the baseline"] = any(map(_claims, judgement.to_baseline))
    return said | {"a named arm beaten": first not in judgement.candidates}


def _untold(judgement: Judgement, sizes: Sizes) -> bool:
    """Tell whether it stopped before the plan was spent, without a clear verdict."""
    return judgement.pairs < sizes.most and not judgement.clear


def _among_equals(judgement: Judgement) -> bool:
    other = f"arm {len(judgement.ranking) - 1}"
    equals = [v for v in judgement.to_best if other not in (v.arm, v.other)]
    return any(map(_claims, equals))


def _claims(verdict: Verdict) -> bool:
    return verdict.answer in ("better", "worse")
