"""What a run came to, for people: scores with intervals, members, cost, and where it is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from shlex import quote
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from trainlab.cli.glyphs import Glyphs
from trainlab.cli.live import placed
from trainlab.cli.numerals import count, duration, number, with_spread
from trainlab.engine.record import Started
from trainlab.store import Run

__all__ = [
    "STATUS",
    "document",
    "headline",
    "kept",
    "members",
    "plain_table",
    "scores",
    "seeds_of",
    "title",
]

ORDER = ("test", "val", "train")
STATUS = {"finished": "good", "running": "accent", "interrupted": "warn", "failed": "lost"}


def document(run: Run) -> dict[str, Any]:
    """Give a run as --json prints it."""
    return {
        "run": run.id,
        "path": str(run.path),
        "name": run.name,
        "status": run.status,
        "created": run.created,
        "seeds": [member.seed for member in run.members],
        **run.summary,
    }


def title(run: Run, glyphs: Glyphs) -> Text:
    """Give the first two lines: name and status; seeds, time, pace and place."""
    facts = f" {glyphs.dot} ".join([seeds_of(run), *_cost(run.summary), *_where(run)])
    status = (run.status, STATUS[run.status])
    return Text.assemble((run.name, "bold cyan"), "  ", status, "\n", (facts, "dim"))


def seeds_of(run: Run) -> str:
    """Say how many seeds there are, and which: `8 seeds (0 to 7)`."""
    seeds = sorted({member.seed for member in run.members})
    if len(seeds) == 1:
        return f"seed {seeds[0]}"
    whole = seeds == list(range(seeds[0], seeds[-1] + 1))
    named = f"{seeds[0]} to {seeds[-1]}" if whole else ", ".join(map(str, seeds))
    return f"{len(seeds)} seeds ({named})"


def _cost(summary: Mapping[str, Any]) -> Iterator[str]:
    """Say how long it took and how fast it went."""
    if summary.get("seconds"):
        yield duration(summary["seconds"])
    if summary.get("member_steps_per_second"):
        yield f"{count(summary['member_steps_per_second'])} member-steps/s"


def _where(run: Run) -> list[str]:
    """Say on what it ran, as its log has it."""
    started = (logged.event for logged in run.events() if isinstance(logged.event, Started))
    return next((placed(event.placement) for event in started), [])


def scores(run: Run, glyphs: Glyphs) -> RenderableType:
    """Draw one row a metric: mean and 95 % interval over the seeds, lowest, highest, n."""
    summary = run.summary
    lines = sorted(summary["scores"], key=lambda line: _rank(line["metric"]))
    if not lines:
        lost = summary["diverged"] == len(run.members)
        why = "every member diverged: lower optimizer.lr" if lost else "no scores yet"
        return Padding(Text(why, style="lost" if lost else "dim"), (1, 0, 1, 2))
    arms = len({line["arm"] for line in lines}) > 1
    table = plain_table()
    for name in ("metric", *["members"] * arms):
        table.add_column(name, style="accent" if name == "metric" else "")
    table.add_column(f"mean {glyphs.plus_minus} 95 % CI", style="head")
    for name in ("lowest", "highest", "n"):
        table.add_column(name, justify="right", style="dim")
    for line in lines:
        values = [
            member["scores"][line["metric"]]
            for member in summary["members"]
            if member["arm"] == line["arm"]
            and member["why"] != "diverged"
            and line["metric"] in member["scores"]
        ]
        table.add_row(
            line["metric"],
            *[line["arm"]] * arms,
            with_spread(line["mean"], line["half"], glyphs.plus_minus),
            *(number(edge(values)) if values else "" for edge in (min, max)),
            str(line["n"]),
        )
    return Padding(table, (1, 0, 1, 2))


def _rank(metric: str) -> tuple[int, bool, str]:
    """Order metrics: test before val before train, losses after scores."""
    split, _, name = metric.partition("/")
    place = ORDER.index(split) if split in ORDER else len(ORDER)
    return place, name == "loss", name


def headline(run: Run, sign: str = "+-") -> str:
    """Give the one score that stands for a run in a list: the first of the test split."""
    lines = sorted(run.summary["scores"], key=lambda line: _rank(line["metric"]))
    if not lines:
        return ""
    return f"{lines[0]['metric']} {with_spread(lines[0]['mean'], lines[0]['half'], sign)}"


def members(run: Run) -> RenderableType:
    """Draw one row a member, its seed, steps, end, chosen step and scores; reasons below."""
    lines: Sequence[Mapping[str, Any]] = run.summary["members"]
    metrics = sorted({name for line in lines for name in line["scores"]}, key=_rank)
    arms = any(line["arm"] for line in lines)
    table = plain_table()
    for name in ("member", "seed", *["differs in"] * arms, "steps", "end", "chosen", *metrics):
        left = name in {"end", "differs in"}
        head = name.replace("/", "/\n")  # one word under the other: many columns fit
        table.add_column(head, justify="left" if left else "right", vertical="bottom")
    for line in lines:
        table.add_row(
            str(line["member"]),
            str(line["seed"]),
            *[line["arm"]] * arms,
            count(line["steps"]),
            Text(line["why"], style="lost" if line["why"] == "diverged" else ""),
            "" if line["best_step"] is None else count(line["best_step"]),
            *(number(line["scores"][name]) if name in line["scores"] else "" for name in metrics),
        )
    reasons = [
        Text(f"member {line['member']} {line['why']}: {line['detail']}", style="lost")
        for line in lines
        if line["detail"]
    ]
    return Padding(Group(table, *reasons), (0, 0, 1, 2))


def kept(run: Run, *, opened: bool = False) -> Iterator[str]:
    """Say where a run is kept, and what opens it, if it is not open, or goes on with it."""
    yield f"run     {run.path}"
    if run.status != "finished":
        yield f"resume  trainlab train --resume {quote(str(run.path))}"
    elif not opened:
        yield f"open    trainlab show {quote(str(run.path))}"
        if len({member.seed for member in run.members}) == 1:
            yield "spread  one seed has none: train --seeds 8 for an interval"


def plain_table() -> Table:
    """Make a table without lines: space and a dim head are enough."""
    return Table(box=None, header_style="dim", padding=(0, 2, 0, 0), pad_edge=False)
