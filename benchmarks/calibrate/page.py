"""The page: what was counted, as tables and two figures, with how and where it was counted."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import numpy as np

from benchmarks.calibrate import figures
from benchmarks.calibrate.bank import Bank
from benchmarks.calibrate.counts import Count, Sizes
from benchmarks.calibrate.rates import Rate
from trainlab.comparison.statistics.terms import Terms
from trainlab.store.environment import describe

__all__ = ["About", "tables", "write"]

QUESTIONS = {
    "equal arms, judged once": "Claims that should be at most 5 %. `apart`: every score is of "
    "another seed; `paired`: the arms share the initial weights of each pair. 2 or 4 arms.",
    "equal arms, looking early": "The same, where pairs are added at planned looks until "
    "something is claimed, and arms that are beaten are dropped. At most 5 %.",
    "three equal arms and one more": "Racing, stopping and Holm together: a claim among the three "
    "equal arms is false, and so is dropping a named one of them where they are best. At most 5 %.",
    "different arms, looking early": "Arms that truly differ. The wrong way, and an interval "
    "without the truth at the end: at most 5 %. The rest is told for itself.",
    "apart by the margin": "Arms that differ by just the margin, called equivalent: at most 5 %.",
    "equal arms, by test": "The same draws through every test. At most 5 %.",
    "coverage": "95 % intervals that hold the bank's mean difference. Of one comparison, so not "
    "corrected.",
    "power": "Claims in the right direction, by the default test, where the mean is d standard "
    "deviations and the shape is that of real differences; the row `planned` is the curve that "
    "seeds are planned by.",
    "halves of a bank": "The same numbers from either half of each bank.",
}


@dataclass(frozen=True)
class About:
    """How the page was made."""

    sizes: Sizes
    seed: int
    seconds: float
    when: str
    machine: str

    @classmethod
    def of(cls, sizes: Sizes, seed: int, seconds: float) -> About:
        """Describe this run on this machine."""
        found = describe()
        machine = (
            f"{found['cpu']}, {found['cores']} cores, Python {found['python']}, "
            f"torch {found['torch']}, {platform.system()}"
        )
        return cls(sizes, seed, seconds, date.today().isoformat(), machine)


def write(out: Path, about: About, banks: Sequence[Bank], counts: Sequence[Count]) -> None:
    """Write calibration.md, calibration.json and the figures below a folder."""
    (out / "images").mkdir(parents=True, exist_ok=True)
    (out / "calibration.json").write_text(_json(about, banks, counts))
    (out / "images/calibration-errors.svg").write_text(figures.errors(counts))
    (out / "images/calibration-power.svg").write_text(figures.power(counts))
    parts = [_head(about, counts), _banks(banks), tables(counts)]
    (out / "calibration.md").write_text("\n\n".join(parts) + "\n")


def _json(about: About, banks: Sequence[Bank], counts: Sequence[Count]) -> str:
    """Give everything as JSON, one number a line."""
    lines = [json.dumps(count.to_json()) for count in counts]
    head = {"about": asdict(about), "banks": [_bank_row(bank) for bank in banks]}
    return json.dumps(head)[:-1] + ', "counts": [\n' + ",\n".join(lines) + "\n]}\n"


def tables(counts: Sequence[Count]) -> str:
    """Give a table for each question: a row a way, a column each number of pairs."""
    parts = []
    for question, about in QUESTIONS.items():
        found = [count for count in counts if count.question == question]
        parts.append(f"## {question[0].upper()}{question[1:]}\n\n{about}\n\n{_table(found)}")
    return "\n\n".join(parts)


def _head(about: About, counts: Sequence[Count]) -> str:
    sizes = about.sizes
    errors = [c for c in counts if c.nominal == 0.05]
    above = [c for c in errors if c.rate.above(0.05)]
    near = [c for c in counts if c.question == "coverage" and c.way.endswith(f", {Terms().test}")]
    outside = [c for c in near if abs(c.rate.value - 0.95) > 0.015]
    return f"""# Calibration: how often a comparison is wrong

Written by `make calibrate`, {about.when}, seeds from {about.seed}: {about.seconds:.0f} s on
{about.machine}.

Three small recipes on real data (digits, wine, moons) are trained with {sizes.seeds} seeds each,
four times with the same initial weights and other orders, and with two changes that truly matter.
From these banks of test scores, comparisons are drawn whose answer is known, and judged by the code
that `trainlab compare` judges with: {sizes.comparisons:,} of each setting, and {sizes.rows:,} where
a test is asked alone. How they are drawn is said in `benchmarks/calibrate/draws.py`. All at 5 %, in
percent, with the 95 % binomial interval; first all six banks together, below it the bank that is
furthest off, and in bold what lies above 5 % with its whole interval. Every single number stands in
[calibration.json](calibration.json).

Of {len(errors)} error rates, {len(above)} lie above 5 % with their whole interval; chance alone
would put about {0.025 * len(errors):.0f} there if all were just 5 %.
{_listed(above)}
Of {len(near)} coverages of the default interval, {len(outside)} lie further than 1.5 from 95.
{_listed(outside)}

![False claims of equal arms](images/calibration-errors.svg)

![Power, counted and planned](images/calibration-power.svg)

A bank is finite, and one seed serves in many comparisons. Equal arms are drawn without replacement
and labelled by chance: exactly exchangeable given the bank, so the interval beside a rate is the
right one for these scores. What it leaves out is that other seeds would be another bank: the last
table gives the same rates from either half of each bank."""


def _listed(counts: Sequence[Count]) -> str:
    """Name the settings that are off, so that nobody has to look for them."""
    names = [
        f"- {c.question}, {c.way}; {c.study}, {c.metric}; {c.pairs} pairs: {c.rate}" for c in counts
    ]
    return "\n".join(["", *names, ""]) if names else ""


def _banks(banks: Iterable[Bank]) -> str:
    lines = [
        "## The banks",
        "",
        "Means and sds over seeds; r is the correlation of two trainings of the same weights;",
        "ties are pairs of them with equal scores; d is a true difference in sds of a paired one,",
        "its standard error about 1 / sqrt(seeds); skew that of the differences.",
        "",
        "| bank | mean | sd | r | ties | half the rate: d (skew) | sgd: d (skew) | diverged |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for bank in banks:
        row = _bank_row(bank)
        arms = " | ".join(f"{d:.2f} ({skew:.1f})" for d, skew in row["arms"])
        lines.append(
            f"| {bank.study}, {bank.metric} | {row['mean']:.4f} | {row['sd']:.4f} "
            f"| {row['r']:.2f} | {100 * row['ties']:.0f} % | {arms} | {row['diverged']} |"
        )
    return "\n".join(lines)


def _bank_row(bank: Bank) -> dict[str, object]:
    first, second = bank.copies[:, 0], bank.copies[:, 1]
    arms = []
    for place in (1, 2):
        d = bank.arms[:, 0] - bank.arms[:, place]
        z = (d - d.mean()) / d.std()
        arms.append((float(d.mean() / d.std()), float((z**3).mean())))
    return {
        "study": bank.study,
        "metric": bank.metric,
        "mean": float(first.mean()),
        "sd": float(first.std(ddof=1)),
        "r": float(np.corrcoef(first, second)[0, 1]),
        "ties": float((first == second).mean()),
        "arms": arms,
        "diverged": int(np.isnan(bank.copies).sum() + np.isnan(bank.arms).sum()),
    }


def _table(counts: Sequence[Count]) -> str:
    """Give a row each way: all banks together, and the bank that is furthest off."""
    pairs = sorted({count.pairs for count in counts})
    head = " | ".join(f"{n} pairs" for n in pairs)
    lines = [f"| way | {head} |", "|---|" + "---|" * len(pairs)]
    for way in dict.fromkeys(count.way for count in counts):
        cells = [[c for c in counts if c.way == way and c.pairs == n] for n in pairs]
        lines.append(f"| {way} | " + " | ".join(map(_cell, cells)) + " |")
        if counts[0].question == "power":
            planned = (f"{100 * (cell[0].nominal or 0):.1f}" for cell in cells)
            lines.append(f"| {way}, planned | " + " | ".join(planned) + " |")
    return "\n".join(lines)


def _cell(counts: Sequence[Count]) -> str:
    """Write all banks together, the pairs taken, and the bank furthest to the wrong side."""
    if not counts:
        return ""
    whole = Rate(sum(c.rate.hits for c in counts), sum(c.rate.of for c in counts))
    parts = [_marked(whole, counts[0].nominal)]
    if (taken := [c.taken for c in counts if c.taken is not None and c.taken < c.pairs]) != []:
        parts.append(f"{np.mean(taken):.0f} pairs taken")
    if counts[0].question != "power" and counts[0].nominal is not None:
        parts.append(_furthest(counts))
    return "<br>".join(parts)


def _furthest(counts: Sequence[Count]) -> str:
    high = (counts[0].nominal or 0) < 0.5
    worst = (max if high else min)(counts, key=lambda count: count.rate.value)
    text = f"{100 * worst.rate.value:.1f}"
    if high and worst.rate.above(worst.nominal or 0):
        text = f"**{text}**"
    return f"{text} {worst.study}, {worst.metric}"


def _marked(rate: Rate, nominal: float | None) -> str:
    """Set a rate in bold that exceeds what it should be at most."""
    over = nominal is not None and nominal <= 0.05 and rate.above(nominal)
    return f"**{rate}**" if over else str(rate)
