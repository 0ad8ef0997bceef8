"""Write docs/catalogue.md, the page of all techniques, from the tables: make catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from trainlab.cli.catalogue import FAMILIES, Entry, Family, entries

__all__ = ["PAGE", "page"]

PAGE = Path(__file__).parents[1] / "docs" / "catalogue.md"
LEAD = """# The catalogue

Every technique that trainlab has: {count} in {families} families. Each is a row of a table; its
details say how a recipe chooses it. The same on the command line: `trainlab list`,
`trainlab list norm`, `trainlab explain group-norm`.

This page is written from the tables by `make catalogue`; a test says when it is stale.
"""
PARTS = ("helps", "hurts", "values", "dialect", "paper", "torch")
"""Of a card, after what it does and its formula."""


def page() -> str:
    """Give the whole page."""
    rows = {name: list(entries(name)) for name in FAMILIES}
    count = sum(map(len, rows.values()))
    parts = [LEAD.format(count=count, families=len(rows)), *_contents(rows)]
    for name, found in rows.items():
        parts += _section(name, FAMILIES[name], found)
    return "\n".join(parts).rstrip() + "\n"


def _contents(rows: Mapping[str, list[Entry]]) -> Iterator[str]:
    """List the families, each with its techniques."""
    yield "| family | techniques |"
    yield "|---|---|"
    for name, found in rows.items():
        links = ", ".join(f"[{each.name}](#{_anchor(each)})" for each in found)
        yield f"| [{FAMILIES[name].title}](#{_slug(name)}) | {links} |"
    yield ""


def _section(name: str, family: Family, found: list[Entry]) -> Iterator[str]:
    """Give one family: what each technique does, then the details of each."""
    yield f'<a id="{_slug(name)}"></a>\n'
    yield f"## {family.title[0].upper()}{family.title[1:]}\n"
    yield f"`{family.module}.{family.table}`\n"
    yield "| technique | what it does | in torch |"
    yield "|---|---|---|"
    for each in found:
        cells = (f"[{each.name}](#{_anchor(each)})", _cell(each.card.does), _cell(each.card.torch))
        yield f"| {' | '.join(cells)} |"
    yield ""
    for each in found:
        yield from _details(each)


def _details(entry: Entry) -> Iterator[str]:
    """Give one technique."""
    yield f'<a id="{_anchor(entry)}"></a>\n'
    yield f"### {entry.name}\n"
    yield f"{_plain(entry.card.does)}\n"
    if entry.card.formula:
        yield f"```text\n{entry.card.formula}\n```\n"
    for part in PARTS:
        told = getattr(entry.card, part)
        if told:
            yield f"- **{part}**: {_plain(told)}"
    for part, told in entry.facts.items():
        yield f"- **{part}**: {_plain(told)}"
    if entry.options:
        yield f"- **options**: {', '.join(_option(*each) for each in entry.options.items())}"
    if entry.use:
        yield f"- **recipe**: `{entry.use}`"
    if entry.python:
        yield f"- **python**: `{entry.python}`"
    yield ""


def _option(name: str, default: Any) -> str:
    if default is ...:
        return f"`{name}` (must be given)"
    return f"`{name} = {'null' if default is None else default}`"


def _anchor(entry: Entry) -> str:
    """Name a technique in links; families share names."""
    return f"{_slug(entry.family)}-{_slug(entry.name)}"


def _slug(name: str) -> str:
    return name.replace(" ", "-").replace("_", "-")


def _plain(told: str) -> str:
    """Keep Markdown from reading signs of a text that is not code."""
    parts = re.split(r"(`[^`]*`)", told)
    return "".join(
        part if part.startswith("`") else re.sub(r"([*_<\\])", r"\\\1", part) for part in parts
    )


def _cell(told: str) -> str:
    return _plain(told).replace("|", r"\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
