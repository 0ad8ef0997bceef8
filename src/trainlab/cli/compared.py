"""What a comparison came to, for people: the sentence under the ranking it rests on."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from trainlab.cli.outcome import plain_table
from trainlab.cli.terminal import Answer, Terminal
from trainlab.comparison.result import Comparison
from trainlab.lab.comparing import Kept
from trainlab.report import compare_wording as wording
from trainlab.report import write

__all__ = ["answer"]

NARROW = 108
"""Columns below which the ranking leaves out what the page tells too."""

LONG, SHORT = 24, 14
"""Columns that an arm's name may have before it is broken, on wide and on narrow screens."""


def answer(kept: Kept, terminal: Terminal) -> Answer:
    """Write the report and give what to show; exit code 1 where nothing could be told."""
    found = kept.comparison
    report = write(kept)
    shown: list[RenderableType] = [
        Text.assemble((found.measure.title, "bold cyan"), "  ", (wording.setting(found), "dim")),
        Padding(_ranking(found, terminal), (1, 0, 1, 2)),
        *(Text(f"note: {note}", style="warn") for note in found.notes),
        Text(found.sentence, style="head"),
        *_against_baseline(found),
    ]
    fresh = wording.onwards(found)
    document = {key: value for key, value in found.to_json().items() if key != "outcomes"}
    return Answer(
        document=document | {"path": str(kept.path), "report": str(report)},
        shown=shown,
        closing=[
            found.pairing,
            *[f"more    {fresh}"] * bool(fresh),
            f"kept    {kept.path}",
            f"report  {report}",
        ],
        code=0 if found.told else 1,
    )


def _ranking(found: Comparison, terminal: Terminal) -> Table:
    """Draw one row an arm, the best first; arms that are ruled out are dim."""
    sign, baseline = terminal.glyphs.plus_minus, wording.second(found)
    wide = terminal.out.width >= NARROW
    table = plain_table()
    long = max(len(arm.name) for arm in found.arms)
    table.add_column("arm", overflow="fold", min_width=min(long, LONG if wide else SHORT))
    level = wording.level(found)
    heads = [f"mean {sign} {level} CI\n{found.judgement.unit}".rstrip(), "n"]
    roles = ((found.judgement.best, "the best"), (baseline, "the baseline"))
    named = [arm if len(arm) <= SHORT else role for arm, role in roles if arm is not None]
    heads += [f"to {arm}\n{level} CI" for arm in named]
    margin = found.design.margin
    heads += ["p", *([] if margin is None else [f"p within\n{margin:g}"])]
    heads += [*["effect"] * wide, "P(best)", *["time"] * wide]
    for head in heads:
        table.add_column(head, justify="right", no_wrap=True)
    if found.tuned:
        table.add_column("tuned", overflow="fold")
    for row in wording.rows(found, sign):
        gaps = [row.to_best, *[row.to_baseline] * bool(baseline)]
        cells = [row.mean, row.pairs, *(gap if wide else gap.replace(" (", "\n(") for gap in gaps)]
        cells += [row.p, *[row.same] * (margin is not None)]
        cells += [*[row.effect] * wide, row.chance, *[row.cost] * wide]
        name = Text(row.arm, style="accent" if row.leads else "dim")
        style = "" if row.leads else "dim"
        table.add_row(name, *cells, *[row.tuned] * bool(found.tuned), style=style)
    return table


def _against_baseline(found: Comparison) -> Iterator[Padding]:
    if len(found.judgement.ranking) > 2:
        told = found.judgement.to_baseline
        yield from (Padding(Text(verdict.sentence), (0, 0, 0, 2)) for verdict in told)
