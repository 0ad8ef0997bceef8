"""A comparison as a page: who is better, by how much, how sure that is, and what it rests on."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from statistics import median_high, median_low

from markupsafe import Markup

from trainlab.comparison.measure import Measure
from trainlab.comparison.result import Comparison
from trainlab.report import compare_wording as wording
from trainlab.report.compare_figures import (
    curves_figure,
    differences_figure,
    tuned_figure,
    way_figure,
)
from trainlab.report.figures import Figure
from trainlab.report.sheet import drawing, plot, sheet
from trainlab.report.wording import duration
from trainlab.store import atomic

__all__ = ["page", "write"]

STYLE = """
.sentence { font-size: 23px; line-height: 1.35; font-weight: 650; letter-spacing: -.015em; }
.told { padding: 20px 24px; margin-top: 18px; }
.told p + p { margin-top: 9px; color: var(--muted); font-size: 14px; }
.panel { margin-top: 14px; } .pair { margin-top: 14px; } .pair .panel { margin-top: 0; }
td:first-child { font-weight: 600; white-space: normal; min-width: 90px; }
tr.out td { color: var(--muted); } tr.out td:first-child { font-weight: 500; }
td.tuned { white-space: normal; }
.ranking th { white-space: normal; vertical-align: bottom; }
@media (max-width: 1150px) { .ranking th, .ranking td { padding: 7px 8px; font-size: 13px; }
  .ranking .range { display: block; color: var(--muted); } }
"""
BESIDE = 6
"""Arms up to which there is room for two panels of curves, and their legends, in a row."""
RANKED = (
    "The arm that leads is first; grey arms can be ruled out as the best. A difference is positive "
    "where the arm of its row is better; its {level} interval, of this pair by itself, stands "
    "beside it. p: {family}. The effect is Hedges' g: the difference in standard deviations "
    "between seeds. The time is an arm's part of that of the programs it was trained in."
)
DOTS = (
    "One dot a pair: the same seed, so the same {shared}. The diamond is the mean, the bar its "
    "{level} interval; where the bar does not touch zero, the pair by itself is told apart.{margin}"
)
MARGIN = " Shaded: differences that do not matter, by the margin that was stated."
BANDS = (
    "The line is the mean over the pairs, the band its 95 % interval ({test}). A run that ended "
    "early counts as far as it went."
)
TRIALS = (
    "One sign a trial, on seeds that judge nothing. Ringed: the value that was measured. Hollow: "
    "dropped at a rung, with the score it had there. A cross at the foot: diverged."
)
WAY = (
    "The target is what half of the trainings of the arm in the middle reach on validation, unless "
    "one was asked for: half of the arms reach it at least. One dot a training; the stroke is the "
    "median."
)


def write(path: Path, found: Comparison) -> Path:
    """Write report.html into the comparison's folder, or to a file, and give its place."""
    file = path / "report.html" if path.is_dir() else path
    atomic.write_text(file, page(found))
    return file


def page(found: Comparison) -> str:
    """Draw a comparison."""
    arms = [arm.name for arm in found.arms]
    asked = f"{' or '.join(arms)}?" if len(arms) < 4 else f"Which of {len(arms)} is best?"
    parts = [
        _head(found),
        _ranking(found),
        *_differences(found),
        *_curves(found),
        *_tuned(found),
        *_way(found),
        _design(found),
        drawing(),
    ]
    lead = f"{found.measure.title}: {wording.setting(found)}"
    return sheet(asked, lead, Markup("\n").join(parts), STYLE)


def _head(found: Comparison) -> Markup:
    """Say the whole before any figure, and what must be known with it."""
    against = found.judgement.to_baseline if len(found.arms) > 2 else ()
    more = [Markup("<p>{}</p>").format(verdict.sentence) for verdict in against]
    told = Markup('<section class="card told"><p class="sentence">{}</p>{}</section>')
    notes = [Markup('<p class="warning plain">{}</p>').format(note) for note in found.notes]
    return told.format(found.sentence, Markup("").join(more)) + Markup("").join(notes)


def _ranking(found: Comparison) -> Markup:
    base = wording.second(found)
    unit = f", {found.judgement.unit}" if found.judgement.unit else ""
    heads = ["", f"mean, {wording.level(found)} CI{unit}", "n", f"to {found.judgement.best}"]
    margin = found.design.margin
    heads += [f"to {base}"] * bool(base) + ["p"]
    heads += [] if margin is None else [f"p within {margin:g}"]
    heads += ["effect", "P(best)", "time"]
    heads += ["tuned"] * bool(found.tuned)
    body = []
    for row in wording.rows(found, "\u00b1"):
        gaps = [_gap(row.to_best), *[_gap(row.to_baseline)] * bool(base)]
        cells = [row.mean, row.pairs, *gaps]
        cells += [row.p, *[row.same] * (margin is not None), row.effect, row.chance, row.cost]
        right = [Markup('<td class="right mono">{}</td>').format(cell) for cell in cells]
        if found.tuned:
            right.append(Markup('<td class="tuned mono">{}</td>').format(row.tuned))
        line = Markup('<tr class="{}"><td>{}</td>{}</tr>')
        body.append(line.format("" if row.leads else "out", row.arm, Markup("").join(right)))
    top = Markup("").join(
        Markup('<th class="{}">{}</th>').format("" if head in ("", "tuned") else "right", head)
        for head in heads
    )
    table = Markup(
        '<section class="card wide panel ranking"><table><tr>{}</tr>{}</table></section>'
        '<p class="quiet" style="margin: 8px 6px 0">{}</p>'
    )
    told = RANKED.format(family=wording.corrected(found), level=wording.level(found))
    return table.format(top, Markup("").join(body), told)


def _gap(told: str) -> Markup:
    """Let the interval stand below its difference where there is little room."""
    gain, bracket, rest = told.partition(" (")
    return Markup("{}{}").format(
        gain, Markup(' <span class="range">({}</span>').format(rest) if bracket else ""
    )


def _differences(found: Comparison) -> Iterator[Markup]:
    judgement = found.judgement
    shared = "draws wherever their recipes agree" if not found.folds else "split and draws"
    margin = "" if found.design.margin is None else MARGIN
    told = DOTS.format(shared=shared, level=wording.level(found), margin=margin)
    yield Markup("<h2>Paired differences</h2>")
    panels = [
        _panel(f"To {verdicts[0].other}", told, drawn)
        for verdicts in _families(found)
        for drawn in [differences_figure(found, verdicts)]
    ]
    if not panels:
        yield Markup('<p class="quiet">{} stands alone.</p>').format(judgement.best)
    yield _side_by_side(panels)


def _families(found: Comparison) -> Iterator[tuple]:  # type: ignore[type-arg]
    """Give the verdicts to the best, and those to the baseline where that is another arm."""
    judgement = found.judgement
    if judgement.to_best:
        yield judgement.to_best
    if judgement.to_baseline and judgement.baseline != judgement.best:
        yield judgement.to_baseline


def _curves(found: Comparison) -> Iterator[Markup]:
    first = next(iter(found.outcomes.values()))
    there = {name.removeprefix("val/") for each in first for name in each.curve}
    if len({arm.recipe.train.loss for arm in found.arms}) > 1:
        there -= {"loss"}  # each arm's own: no one axis
    names = [name for name in dict.fromkeys([found.measure.metric, "loss"]) if name in there]
    if names:
        yield Markup("<h2>On the way</h2>")
        test = "the t that knows of folds" if found.folds else "Student's t"
        told = BANDS.format(test=test)
        panels = [_panel(f"Validation {name}", told, curves_figure(found, name)) for name in names]
        yield _side_by_side(panels) if len(found.arms) <= BESIDE else Markup("").join(panels)


def _tuned(found: Comparison) -> Iterator[Markup]:
    if not found.tuned:
        return
    yield Markup("<h2>Sensitivity to what was tuned</h2>")
    yield from (
        _panel(key.rpartition(".")[2], TRIALS, tuned_figure(found, key))
        for key in found.tuned[0].values
    )


def _way(found: Comparison) -> Iterator[Markup]:
    """Draw the updates to a target that all arms reach, and tell what they cost."""
    goal = _goal(found)
    if goal is None:
        return
    ways = {
        row.arm: [goal.of(each) for each in found.outcomes[row.arm]]
        for row in found.judgement.ranking
    }
    rows = [_way_row(found, arm, steps) for arm, steps in ways.items()]
    head = Markup(
        '<tr><th></th><th class="right">updates, median</th>'
        '<th class="right">its part of the time</th><th class="right">reached by</th></tr>'
    )
    table = Markup('<section class="card wide panel"><table>{}{}</table></section>')
    yield Markup("<h2>Steps and time to a target</h2>")
    title = goal.title.removeprefix("steps to ")
    yield _panel(f"Until {title}", WAY, way_figure(found, ways, f"updates until {title}"))
    yield table.format(head, Markup("").join(rows))


def _goal(found: Comparison) -> Measure | None:
    """Give the target: what was asked, else what half of the middle arm's trainings reach.

    A weak arm, or one that was dropped early, would make it a target that the others begin with.
    """
    measure = found.measure
    if measure.target is not None:
        return measure
    goods = sorted((_half_way(found, row.arm) for row in found.judgement.ranking), reverse=True)
    middle = measure.sign * goods[len(goods) // 2]
    if not math.isfinite(middle):
        return None
    # rounded to the lenient side, so that what just reaches it does
    size = 10.0 ** (3 - math.ceil(math.log10(abs(middle)))) if middle else 1.0
    rounded = measure.sign * math.floor(measure.sign * middle * size) / size
    return Measure(measure.metric, measure.part, rounded)


def _half_way(found: Comparison, arm: str) -> float:
    """Give what half of an arm's trainings reach at their best, larger where better, or -inf."""
    sign, name = found.measure.sign, f"val/{found.measure.metric}"
    curves = [[sign * v for v in each.curve.get(name, ())] for each in found.outcomes[arm]]
    return median_high(max((v for v in curve if v == v), default=-math.inf) for curve in curves)


def _way_row(found: Comparison, arm: str, steps: list[float]) -> Markup:
    reached = [step for step in steps if math.isfinite(step)]
    outcomes = found.outcomes[arm]
    pace = sum(each.seconds for each in outcomes) / max(1, sum(each.taken for each in outcomes))
    middle = median_low([step if math.isfinite(step) else math.inf for step in steps])
    told = (f"{middle:,.0f}", _time(middle * pace)) if middle < math.inf else ("-", "-")
    cell = '<td class="right mono">{}</td>'
    row = Markup(f"<tr><td>{{}}</td>{cell}{cell}{cell}</tr>")
    return row.format(arm, *told, f"{len(reached)} of {len(steps)}")


def _time(seconds: float) -> str:
    return duration(seconds) if seconds >= 1 else f"{1e3 * seconds:.3g} ms"


def _design(found: Comparison) -> Markup:
    row = Markup("<tr><td>{}</td><td>{}</td></tr>")
    rows = Markup("").join(row.format(*fact) for fact in wording.design(found))
    table = Markup('<section class="card facts"><table>{}</table></section>').format(rows)
    return Markup("<h2>How it was done</h2>{}").format(table)


def _panel(title: str, caption: str, drawn: Figure) -> Markup:
    panel = Markup('<section class="card panel"><h3>{}</h3><p class="quiet">{}</p>{}</section>')
    return panel.format(title, caption, plot(drawn))


def _side_by_side(panels: list[Markup]) -> Markup:
    inside = Markup("").join(panels)
    return Markup('<div class="pair">{}</div>').format(inside) if len(panels) > 1 else inside
