"""trainlab runs: a table of the runs."""

from __future__ import annotations

from rich.text import Text

from trainlab.cli.outcome import STATUS, document, headline, plain_table, seeds_of
from trainlab.cli.terminal import Answer, Terminal
from trainlab.store import Run, find

__all__ = ["run"]


def run(terminal: Terminal) -> Answer:
    """List the runs in the folder of runs, oldest first."""
    found = find(terminal.runs)
    if not found:
        closing = [f"there are no runs in {terminal.runs}", "make one: trainlab demo"]
        return Answer(document=[], closing=closing)
    table = plain_table()
    for name in ("run", "status", "began", "seeds", "score, mean +- 95 % CI"):
        table.add_column(name, no_wrap=True, style="accent" if name == "run" else "")
    for each in found:
        table.add_row(*_row(each))
    plural = "" if len(found) == 1 else "s"
    closing = [f"\n{len(found)} run{plural} in {terminal.runs}", "open one: trainlab show latest"]
    return Answer(document=[document(each) for each in found], shown=[table], closing=closing)


def _row(run: Run) -> tuple[str | Text, ...]:
    """Give the cells of one run."""
    return (
        run.id,
        Text(run.status, style=STATUS[run.status]),
        run.created[:16].replace("T", " "),
        seeds_of(run),
        headline(run),
    )
