"""trainlab runs: a table of the runs."""

from __future__ import annotations

from rich.text import Text

from trainlab.cli.outcome import STATUS, document, headline, plain_table
from trainlab.cli.terminal import Answer, Terminal
from trainlab.store import find

__all__ = ["run"]


def run(terminal: Terminal) -> Answer:
    """List the runs in the folder of runs, oldest first."""
    found = find(terminal.runs)
    if not found:
        closing = [f"there are no runs in {terminal.runs}", "make one: trainlab demo"]
        return Answer(document=[], closing=closing)
    table = plain_table()
    sign = terminal.glyphs.plus_minus
    table.add_column("run", no_wrap=True, style="accent")
    table.add_column("status", no_wrap=True)
    table.add_column("seeds", justify="right")
    table.add_column(f"mean {sign} 95 % CI")
    for run in found:
        status = Text(run.status, style=STATUS[run.status])
        seeds = len({member.seed for member in run.members})
        table.add_row(run.id, status, str(seeds), headline(run, sign))
    plural = "" if len(found) == 1 else "s"
    closing = [f"\n{len(found)} run{plural} in {terminal.runs}", "open one: trainlab show latest"]
    return Answer(document=[document(each) for each in found], shown=[table], closing=closing)
