"""What a comparison came to, in words and rows: the command line and the page say the same."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from trainlab.amounts import counted
from trainlab.comparison.health import findings, own_lengths
from trainlab.comparison.result import Comparison
from trainlab.comparison.statistics.judgement import Ranked
from trainlab.comparison.statistics.looks import listed
from trainlab.comparison.statistics.verdict import Verdict, decimals, figures
from trainlab.report.wording import duration

__all__ = [
    "Row",
    "corrected",
    "design",
    "difference",
    "level",
    "lost",
    "onwards",
    "p_value",
    "rows",
    "second",
    "setting",
    "values",
]

JUDGED = {
    "steps": "at equal steps",
    "time": "at equal time of one network trained alone",
    "target": "by the steps to a target",
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One arm of the ranking, as text."""

    arm: str
    mean: str
    pairs: str
    to_best: str
    to_baseline: str
    p: str
    same: str
    """The p of lying within the margin; empty where none was stated."""
    effect: str
    chance: str
    cost: str
    tuned: str
    leads: bool
    """Whether it may be the best."""


def setting(found: Comparison) -> str:
    """Say how it was judged."""
    judgement, split = found.judgement, found.folds
    pairs = f"{judgement.pairs} pair{'s' * (judgement.pairs != 1)}"
    kind = f"{_judging(found)}{split} folds as pairs{_seeds(found)}" if split else pairs
    told = [
        kind,
        f"{judgement.test.removesuffix(', looking early')} test",
        *[judgement.correction] * (len(found.arms) > 2),
    ]
    if judgement.looks:
        told.append(f"looked at after {listed(judgement.looks)}")
    return ", ".join(told)


def rows(found: Comparison, sign: str = "+-") -> Iterator[Row]:
    """Give the ranking, the best first."""
    judgement = found.judgement
    to_best = {verdict.arm: verdict for verdict in judgement.to_best}
    to_base = {verdict.arm: verdict for verdict in judgement.to_baseline}
    tuned = {each.arm: values(each.values) for each in found.tuned}
    for row in judgement.ranking:
        best = to_best.get(row.arm)
        yield Row(
            arm=row.arm,
            mean=_mean(row, lost(found), sign),
            pairs=str(row.pairs),
            to_best=difference(best),
            to_baseline=difference(to_base.get(row.arm)),
            p="" if best is None else p_value(best.evidence.corrected),
            same=_same(best),
            effect=_effect(best),
            chance=f"{row.chance_of_best:.0%}",
            cost=duration(found.costs[row.arm]),
            tuned=tuned.get(row.arm, ""),
            leads=row.may_be_best,
        )


def level(found: Comparison) -> str:
    """Write the level of the intervals: 95 %."""
    return f"{100 * (1 - found.judgement.alpha):.3g} %"


def second(found: Comparison) -> str | None:
    """Give the baseline, where it is not the best: then its column would be there twice."""
    judgement = found.judgement
    return None if judgement.baseline == judgement.best else judgement.baseline


def lost(found: Comparison) -> str:
    """Say what became of a training that has no score."""
    return found.measure.scale.lost


def values(found: Mapping[str, float]) -> str:
    """Write tuned values: lr 0.032, dropout 0.1."""
    return ", ".join(f"{key.rpartition('.')[2]} {_brief(value)}" for key, value in found.items())


def difference(verdict: Verdict | None) -> str:
    """Write a paired difference and its interval; positive where the arm is better."""
    if verdict is None:
        return ""
    seen = verdict.evidence
    if math.isnan(seen.gain):
        return "no score"
    if not math.isfinite(seen.gain):
        lost = max(seen.diverged)
        few = f"{lost} of {seen.pairs} without score" if lost < seen.pairs else "no score"
        return f"better: {few}" if seen.gain > 0 else f"worse: {few}"
    if not math.isfinite(seen.low + seen.high):
        return f"{f'{seen.gain:+.3g}' if seen.gain else 0} (not bounded yet)"
    half = (seen.high - seen.low) / 2
    if not half and not seen.gain:
        return "0 (no pair differs)"
    if 0 < half < 1e-4:
        return f"{seen.gain:+.1e} ({seen.low:+.1e} to {seen.high:+.1e})"
    places = decimals(seen)
    gain, low, high = (_signed(value, places) for value in (seen.gain, seen.low, seen.high))
    return f"{gain} ({low} to {high})"


def p_value(p: float) -> str:
    """Write a p: three decimals, or that it is below them."""
    return "<0.001" if p < 0.001 else f"{p:.3f}"


def corrected(found: Comparison) -> str:
    """Say over how many comparisons p is corrected, and why it stands twice with a baseline."""
    judgement, arms = found.judgement, len(found.arms)
    if arms == 2:
        return "one comparison needs no correction"
    base = f"; with {judgement.baseline}, named before, over {arms - 1}"
    return (
        f"{judgement.correction} over all {arms * (arms - 1) // 2} pairs of arms, since the same "
        f"scores chose the best{base if judgement.baseline else ''}"
    )


def design(found: Comparison) -> Iterator[tuple[str, str]]:
    """Give what was decided before anything was trained, by name."""
    asked, judgement = found.design, found.judgement
    uneven = own_lengths(found.outcomes) if asked.judged == "steps" else ""
    how = f"after each arm's own number of updates: {uneven}" if uneven else JUDGED[asked.judged]
    yield "judged", f"{found.measure.title}, {how}"
    yield "pairs", found.pairing
    if found.folds:
        told = "the test knows that folds share their training examples"
        yield "folds", f"{_judging(found)}{found.folds} judge{_seeds(found)}; {told}"
    if found.tuned:
        halved = ", the worse half dropped at each rung" if asked.halving else ""
        again = f", the best three once more on {counted(asked.finals, 'seeds')}"
        finals = again if asked.finals else ""
        yield (
            "tuning",
            f"{', '.join(asked.tune)}: {len(found.tuned[0].tried)} trials of each arm{halved}"
            f"{finals}; on validation, on seeds that judge nothing",
        )
        yield "searched", "; ".join(_searched(found, key) for key in found.tuned[0].values)
    yield "checked", "; ".join(findings(found.outcomes)) or "no arm diverged, none overfits"
    lost = any(row.diverged for row in judgement.ranking)
    flips = f"; by sign flips where a run {found.measure.scale.lost}" * lost
    yield "test", f"{judgement.test}, alpha {judgement.alpha:g}; {corrected(found)}{flips}"
    if judgement.looks:
        at = ", ".join(map(str, judgement.looks))
        yield "looks", f"after {at} pairs: differences and their p account for it, means do not"
    if asked.margin is not None:
        unit = judgement.unit or found.measure.metric
        yield "margin", f"{asked.margin:g} {unit}: a smaller difference does not matter"
    if fresh := onwards(found):
        yield "more", fresh


def _searched(found: Comparison, key: str) -> str:
    """Say between which values a number was sought, and for which arms, where they differ."""
    arms: dict[str, list[str]] = {}
    for each in found.tuned:
        tried = [one.values[key] for one in each.tried]
        arms.setdefault(f"{min(tried):.2g} to {max(tried):.2g}", []).append(each.arm)
    if len(arms) == 1:
        return f"{key}: {next(iter(arms))}"
    return f"{key}: " + ", ".join(f"{span} for {' and '.join(own)}" for span, own in arms.items())


def onwards(found: Comparison) -> str:
    """Say how to take more seeds without a look that was not planned; empty where that is moot."""
    judgement, seeds = found.judgement, {arm.recipe.seed for arm in found.arms}
    open_still = [v for v in (*judgement.to_best, *judgement.to_baseline) if v.answer == "unclear"]
    more = max((verdict.outlook.more or 0 for verdict in open_still), default=0)
    if not more or found.folds or len(seeds) > 1:
        return ""
    option = "--seeds" if found.design.until is None else "--most"
    return (
        f"fresh seeds, seed={seeds.pop() + judgement.pairs} {option} {judgement.pairs + more}: to "
        f"add to these and look again would err more often than {100 * judgement.alpha:g} %"
    )


def _judging(found: Comparison) -> str:
    """Say how many of the folds judge, where one has tuned."""
    whole = found.arms[0].recipe.data.split.fold is None
    return f"{found.folds - 1} of " if found.tuned and whole else ""


def _seeds(found: Comparison) -> str:
    """Say how many seeds each fold has, where it has several."""
    trained = max(map(len, found.outcomes.values())) // found.judgement.pairs
    return f", each the mean of {trained} seeds" if trained > 1 else ""


def _mean(row: Ranked, gone: str, sign: str) -> str:
    if row.diverged:
        middle = f"median {row.median:.4g}, " if math.isfinite(row.median) else ""
        return f"{middle}{row.diverged} of {row.pairs} {gone}"
    half = (row.high - row.low) / 2
    if not math.isfinite(half):
        return f"{row.mean:.4g} (n too small)"
    places = figures(half or abs(row.mean) / 1000)
    return f"{row.mean:.{places}f} {sign} {half:.{places}f}"


def _same(best: Verdict | None) -> str:
    p = None if best is None else best.evidence.p_equivalent
    return "" if p is None else p_value(p)


def _effect(best: Verdict | None) -> str:
    found = None if best is None else best.evidence.effect.g_av
    return "" if found is None or not math.isfinite(found) else _signed(found, 2)


def _signed(value: float, places: int) -> str:
    """Write a number with its sign; what is rounded to zero has none."""
    text = f"{value:+.{places}f}"
    return text if float(text) else text[1:]


def _brief(value: float) -> str:
    return f"{value:.3g}".replace("e-0", "e-").replace("e+0", "e")
